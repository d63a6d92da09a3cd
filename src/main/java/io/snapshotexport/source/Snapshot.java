package io.snapshotexport.source;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A consistent view of one database. Its owner closes it after all its readers. {@link #openReader} and {@link #collections} may be
 * called by one thread at a time, the readers are independent of each other.
 */
public interface Snapshot extends AutoCloseable {

    /** When the view was taken, by the source's clock, to the microsecond. */
    Instant takenAt();

    /** Where a change stream has to begin to continue at this view, for the manifest: {@code type}, and what the type needs. */
    Map<String, String> position();

    /**
     * The collections of that name, or all user-defined ones if none are named; sorted by name.
     *
     * @throws io.snapshotexport.export.PermanentExportException if some do not exist or cannot be exported; it names all of them
     */
    List<SourceCollection> collections(List<String> requested);

    /**
     * Opens a reader on this view. It holds one connection to the source.
     *
     * @param lane the number of the lane that reads, for the source's operators
     */
    SnapshotReader openReader(int lane);

    @Override
    void close();
}
