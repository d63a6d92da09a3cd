package io.snapshotexport.worker;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.s3.CollectionFile;
import io.snapshotexport.s3.ExportBucket;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;

/**
 * Overwrites what attempts that came to nothing may have left behind with files that hold no document, because nothing in a user's bucket
 * is deleted: a reader of everything under the path meets no document twice, and none that is not of the snapshot. Thread-safe.
 */
@ApplicationScoped
public class StaleFiles {

    private final LongAdder emptied = new LongAdder();

    /** Files that this process has overwritten so since it started. */
    public long emptied() {
        return emptied.sum();
    }

    /**
     * Returns when all are overwritten.
     *
     * @param possible  what may be there
     * @param kept      how many files of a collection and lane, the first ones, are to stay
     * @param cancelled ends it with a {@link CancellationException}
     * @return how many files that were
     */
    long empty(ExportBucket bucket, PossibleFiles possible, ToIntBiFunction<String, Integer> kept, Datafiles datafiles, BooleanSupplier cancelled) {
        Iterator<CollectionFile> stale = possible.counts().entrySet().stream().flatMap(collection ->
                collection.getValue().entrySet().stream().flatMap(lane ->
                        IntStream.range(kept.applyAsInt(collection.getKey(), lane.getKey()), lane.getValue()).mapToObj(index -> {
                            if (cancelled.getAsBoolean()) {
                                throw new CancellationException();
                            }
                            return new CollectionFile(collection.getKey(), lane.getKey(), index);
                        }))).iterator();
        long count = bucket.overwrite(stale, datafiles, withoutDocuments(datafiles));
        emptied.add(count);
        return count;
    }

    /** A collection file that holds no document. */
    static byte[] withoutDocuments(Datafiles datafiles) {
        byte[] content = switch (datafiles.format()) {
            case JSON -> "[]".getBytes(StandardCharsets.US_ASCII);
            case JSONL -> new byte[0];
        };
        if (!datafiles.compression()) {
            return content;
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GzipOutput gzip = new GzipOutput()) {
            gzip.begin(compressed).write(content);
            gzip.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
