package io.snapshotexport.source;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.ExportId;

/** The databases of a region group. Thread-safe. */
public interface Source {

    /**
     * Opens a consistent view of the database as it is now. What is asked of the snapshot, and of its readers, fails like this too.
     *
     * @param export for what the snapshot is; the database's operators see it
     * @throws io.snapshotexport.export.PermanentExportException if there is no such database, or it may not be read
     * @throws io.snapshotexport.export.TransientExportException if it cannot be read at present
     */
    Snapshot openSnapshot(ExportId export, DatabasePath database);

    /** How many connections one worker may hold at the same time: a snapshot takes one, and each of its readers. At least two. */
    int mostConnections();
}
