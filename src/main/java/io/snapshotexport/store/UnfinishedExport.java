package io.snapshotexport.store;

import io.snapshotexport.export.Export;
import io.snapshotexport.messaging.QueuePlace;
import java.util.Optional;

/**
 * An export that has not ended, with what the watchdog needs of it.
 *
 * @param queuedAttempt the last attempt that the log has handed out; 0 if the projector has not met it yet
 * @param place         where its record lies
 * @param handOuts      how often a watchdog has decided to hand it out again
 */
record UnfinishedExport(Export export, int queuedAttempt, Optional<QueuePlace> place, int handOuts) {

    /** Changes with everything that happens to the export. */
    record Sign(int attempt, long sequence, int queuedAttempt, int handOuts) {
    }

    Sign sign() {
        return new Sign(export.attempt(), export.sequence(), queuedAttempt, handOuts);
    }

    int nextAttempt() {
        return Math.max(export.attempt(), queuedAttempt) + 1;
    }
}
