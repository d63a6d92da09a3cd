package io.snapshotexport.source.postgres;

import io.snapshotexport.format.DocumentSink;
import io.snapshotexport.format.JsonOutput;
import java.io.IOException;
import java.io.OutputStream;

/** Takes ten documents and no more. */
final class FailingSink implements DocumentSink {

    private final JsonOutput output = new JsonOutput(OutputStream.nullOutputStream());
    private int taken;

    @Override
    public JsonOutput beginDocument() throws IOException {
        if (taken++ == 10) {
            throw new IOException("full");
        }
        return output;
    }

    @Override
    public void endDocument() {
        // nothing separates documents that go nowhere
    }
}
