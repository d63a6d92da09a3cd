package io.snapshotexport.source.postgres;

import io.snapshotexport.format.DocumentSink;
import io.snapshotexport.format.JsonOutput;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts documents, and does something once the first of them has come. */
final class HookedSink implements DocumentSink {

    /** What is done, in the middle of a COPY. */
    @FunctionalInterface
    interface Hook {
        void run() throws Exception;
    }

    private final JsonOutput nowhere = new JsonOutput(OutputStream.nullOutputStream());
    private final AtomicInteger documents = new AtomicInteger();
    private final Hook afterTheFirst;

    HookedSink(Hook afterTheFirst) {
        this.afterTheFirst = afterTheFirst;
    }

    @Override
    public JsonOutput beginDocument() {
        return nowhere;
    }

    @Override
    public void endDocument() {
        if (documents.incrementAndGet() == 1) {
            try {
                afterTheFirst.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    int documents() {
        return documents.get();
    }
}
