package io.snapshotexport.format;

import java.io.IOException;

/** Where documents go, one after the other. It writes what separates them, and may change files between two documents. Not thread-safe. */
public interface DocumentSink {

    /**
     * Begins a document. The caller writes exactly one JSON object to the output, and uses it no longer than until
     * {@link #endDocument()}.
     */
    JsonOutput beginDocument() throws IOException;

    void endDocument() throws IOException;
}
