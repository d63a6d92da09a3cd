package io.snapshotexport.messaging;

import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import java.util.Optional;

/**
 * A request as it stands in the request log.
 *
 * @param idempotency the mark of the idempotency key that the API published it under, if any
 */
public record RequestedExport(ExportId id, ExportRequest request, Optional<String> idempotency) {
}
