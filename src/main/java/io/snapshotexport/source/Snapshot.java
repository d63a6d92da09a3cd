package io.snapshotexport.source;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A consistent view of one database. Its owner closes it after all its readers. {@link #collections} and {@link #cut} may
 * be called by one thread at a time; {@link #openReader} by any, and the readers are independent of each other.
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
     * Cuts a collection into successive ranges of its documents, disjoint and together complete, which hold bytes in about the given
     * proportion. On an unchanged database the same view is always cut in the same way. Reads a sample, never the whole collection.
     *
     * @param collection one that {@link #collections} returned
     * @param sizes      how large each range should be, in any unit
     * @return in the order of the documents; as many as there are sizes, or fewer if the collection cannot be cut so
     */
    List<KeyRange> cut(SourceCollection collection, List<Long> sizes);

    /**
     * Opens a reader on this view. It holds one connection to the source.
     *
     * @param lane the number of the lane that reads, for the source's operators
     */
    SnapshotReader openReader(int lane);

    /**
     * Says, once everything is read, that nothing has happened to the collections meanwhile that the source cannot keep away from them and that
     * readers of this view may have seen. The view ends with it: nothing more can be read.
     *
     * @throws io.snapshotexport.export.TransientExportException if something has; it names the collections
     */
    void confirm();

    /** Ends all reading at once, that of a source that says nothing too: whoever reads fails. Callable from any thread; closing is still due. */
    void abandon();

    @Override
    void close();
}
