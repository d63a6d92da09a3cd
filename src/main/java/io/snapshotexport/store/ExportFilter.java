package io.snapshotexport.store;

import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportState;
import java.util.Optional;
import java.util.Set;

/**
 * Which exports of an account to list.
 *
 * @param states    only these; empty means all
 * @param database  only of this database
 * @param olderThan only those that come after this one in a list, newest first
 */
public record ExportFilter(Set<ExportState> states, Optional<String> database, Optional<ExportId> olderThan) {
}
