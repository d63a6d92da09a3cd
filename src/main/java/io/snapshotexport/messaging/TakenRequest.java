package io.snapshotexport.messaging;

import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;

/**
 * A request that this worker, and nobody else, has been given to run.
 *
 * @param attempt which attempt this is, from 1
 */
public record TakenRequest(ExportId id, int attempt, ExportRequest request) {
}
