package io.snapshotexport.messaging;

import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.Trail;
import java.time.Instant;

/**
 * An export's state as it stands in the state log.
 *
 * @param trail       what its attempts leave behind for the next one
 * @param reportedAt  when the broker wrote it: the clock by which leases are judged
 * @param correlation what it was sent with
 */
public record ReportedExport(Export export, Trail trail, Instant reportedAt, Correlation correlation) {
}
