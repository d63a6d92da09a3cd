package io.snapshotexport.store;

import io.snapshotexport.export.ExportId;
import io.snapshotexport.messaging.QueuePlace;
import java.util.Optional;

/**
 * An export that has not ended, as the watchdog sees it. Every value but the place changes with what happens to the export; none changes by
 * itself.
 *
 * @param attempt       the last attempt that has reported
 * @param sequence      its last report
 * @param queuedAttempt the last attempt that the log has handed out; 0 if the store has met only reports
 * @param place         where its record lies
 * @param handOuts      how often a watchdog has decided to hand it out again
 */
record UnfinishedExport(ExportId id, int attempt, long sequence, int queuedAttempt, Optional<QueuePlace> place, int handOuts) {

    /** Whether a worker has reported the last attempt that was handed out: whatever the share group knows, nobody else will be given it. */
    boolean isTaken() {
        return attempt > 0 && attempt >= queuedAttempt;
    }

    int nextAttempt() {
        return Math.max(attempt, queuedAttempt) + 1;
    }
}
