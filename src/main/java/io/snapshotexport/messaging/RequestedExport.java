package io.snapshotexport.messaging;

import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import java.util.Optional;

/**
 * An attempt of an export as it was handed out to the workers.
 *
 * @param attempt     which, from 1; higher ones come from the internal topic of the retries
 * @param idempotency the mark of the idempotency key that the API published it under, if any
 * @param place       where its record lies
 * @param correlation what it was sent with
 */
public record RequestedExport(ExportId id, int attempt, ExportRequest request, Optional<String> idempotency, QueuePlace place,
                              Correlation correlation) {
}
