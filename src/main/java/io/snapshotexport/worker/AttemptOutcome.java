package io.snapshotexport.worker;

import io.snapshotexport.export.Failure;

/** What became of an attempt. */
public enum AttemptOutcome {

    /** The export is Complete. */
    COMPLETE,
    /** The export is Failed: the request does not fit the world. */
    VALIDATION_ERROR,
    /** The export is Failed: this was the last attempt. */
    RETRIES_EXHAUSTED,
    /** The export is Failed: a defect of the service. */
    INTERNAL_ERROR,
    /** It failed for a cause that may pass, or the process stops: the next attempt is in the queue. */
    HANDED_ON,
    /** Its reports were not acknowledged for too long, so it stopped by itself; the watchdog hands the export out again. */
    LEASE_LOST,
    /** Kafka handed it out again; this worker left it to the one that had begun it. */
    ALREADY_BEGUN,
    /** It ended without being able to say so; the watchdog hands the export out again. */
    ABANDONED;

    static AttemptOutcome of(Failure.Code code) {
        return switch (code) {
            case VALIDATION_ERROR -> VALIDATION_ERROR;
            case RETRIES_EXHAUSTED -> RETRIES_EXHAUSTED;
            case INTERNAL_ERROR -> INTERNAL_ERROR;
        };
    }
}
