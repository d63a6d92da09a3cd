package io.snapshotexport.store;

/** Who wants to know what the watchdog of this process has decided. */
public interface WatchdogListener {

    /** An export on which nobody works any more is in the queue again. */
    void handedOut();

    /** It had no attempt left, so that it is Failed. */
    void failed();
}
