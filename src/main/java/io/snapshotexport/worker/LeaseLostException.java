package io.snapshotexport.worker;

/** No report has been acknowledged for a whole lease: the export may be somebody else's by now, so this attempt ends without a word. */
final class LeaseLostException extends RuntimeException {

    LeaseLostException() {
        super("the lease is lost: no report was acknowledged in time");
    }
}
