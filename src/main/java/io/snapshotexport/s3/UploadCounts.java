package io.snapshotexport.s3;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.LongAdder;

/** Multipart uploads of this process that were not completed, since it started. Thread-safe. */
@ApplicationScoped
public class UploadCounts {

    private final LongAdder aborted = new LongAdder();
    private final LongAdder leftOpen = new LongAdder();

    void countAborted() {
        aborted.increment();
    }

    void countLeftOpen() {
        leftOpen.increment();
    }

    /** Those whose parts are gone. */
    public long aborted() {
        return aborted.sum();
    }

    /** Those that the bucket would not abort, and whose parts cost storage. */
    public long leftOpen() {
        return leftOpen.sum();
    }
}
