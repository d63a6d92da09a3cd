package io.snapshotexport.messaging;

import io.snapshotexport.export.Export;
import java.time.Instant;

/**
 * An export's state as it stands in the state log.
 *
 * @param reportedAt when the broker wrote it: the clock by which leases are judged
 */
public record ReportedExport(Export export, Instant reportedAt) {
}
