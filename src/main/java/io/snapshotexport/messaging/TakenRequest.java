package io.snapshotexport.messaging;

import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.Trail;

/**
 * A request that this worker, and nobody else, has been given to run.
 *
 * @param attempt which attempt this is, from 1
 * @param trail   what the attempts before have left behind
 */
public record TakenRequest(ExportId id, int attempt, ExportRequest request, Trail trail) {
}
