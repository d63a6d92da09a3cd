package io.snapshotexport.worker;

import java.time.Duration;

/** Who wants to know what becomes of the attempts of this process. Told from any thread, in the middle of the work: it answers at once. */
public interface AttemptListener {

    /**
     * An attempt has begun, and the log has it.
     *
     * @param attempt       which, from 1
     * @param sinceAccepted between the broker's clock and this one's
     */
    void started(int attempt, Duration sinceAccepted);

    /** A report was sent. Acknowledged, it has renewed the attempt's lease. */
    void reported(boolean acknowledged);

    /** @param complete whether it has written all that it had to */
    void laneEnded(boolean complete, Duration took);

    /** @param took from the beginning to the last report, with the wait before it is handed on */
    void ended(AttemptOutcome outcome, Duration took);
}
