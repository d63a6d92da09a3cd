package io.snapshotexport.messaging;

import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.Trail;

/**
 * A request that this worker, and nobody else, has been given to run.
 *
 * @param acceptedNanos by the clock of {@link System#nanoTime}, before it was accepted
 * @param attempt       which attempt this is, from 1
 * @param trail         what the attempts before have left behind
 * @param correlation   what it came with
 */
public record TakenRequest(ExportId id, long acceptedNanos, int attempt, ExportRequest request, Trail trail,
                           Correlation correlation) {

    /** The same request, as others are to be told of it from now on. */
    public TakenRequest with(Correlation now) {
        return new TakenRequest(id, acceptedNanos, attempt, request, trail, now);
    }
}
