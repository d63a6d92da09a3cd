package io.snapshotexport.source;

import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.format.DocumentSink;
import java.io.IOException;

/** Reads collections of a snapshot, one after the other. Belongs to one thread. */
public interface SnapshotReader extends AutoCloseable {

    /**
     * Writes every document of the range to the sink, in the order of their ids. After an exception the reader can only be
     * closed.
     *
     * @throws IOException what the sink threw, nothing else
     * @throws io.snapshotexport.export.ExportException if the source fails, or holds what cannot be a document
     */
    void read(SourceCollection collection, KeyRange range, DocumentFormat format, DocumentSink sink) throws IOException;

    @Override
    void close();
}
