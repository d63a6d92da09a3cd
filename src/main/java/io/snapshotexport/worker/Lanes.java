package io.snapshotexport.worker;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.s3.ExportBucket;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.SnapshotReader;
import io.snapshotexport.telemetry.AttemptScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;

/** The lanes of one attempt, side by side on one snapshot. The first that fails ends the others. */
final class Lanes {

    private final Snapshot snapshot;
    private final ExportBucket bucket;
    private final DocumentFormat format;
    private final Datafiles datafiles;
    private final long rollSize;
    private final Tally tally;
    private final FileAnnouncement announcement;
    private final AttemptScope scope;
    private final BooleanSupplier stopping;
    private final AttemptListener listener;
    private volatile boolean failed;

    Lanes(Snapshot snapshot, ExportBucket bucket, DocumentFormat format, Datafiles datafiles, long rollSize, Tally tally,
          FileAnnouncement announcement, AttemptScope scope, BooleanSupplier stopping, AttemptListener listener) {
        this.snapshot = snapshot;
        this.bucket = bucket;
        this.format = format;
        this.datafiles = datafiles;
        this.rollSize = rollSize;
        this.tally = tally;
        this.announcement = announcement;
        this.scope = scope;
        this.stopping = stopping;
        this.listener = listener;
    }

    /** Runs all lanes to their end and returns what each has written. Throws what the first failing lane threw, once all have ended. */
    List<CollectionFiles> run(LanePlan plan, ExecutorService threads) throws InterruptedException {
        ExecutorCompletionService<CollectionFiles> running = new ExecutorCompletionService<>(threads);
        List<CollectionFiles> done = new ArrayList<>();
        Throwable failure = null;
        int begun = 0;
        try {
            for (; begun < plan.lanes().size(); begun++) {
                int number = begun;
                running.submit(() -> scope.lane(number, () -> runLane(number, plan.lanes().get(number))));
            }
        } catch (RuntimeException | Error noThread) {
            failed = true;
            failure = noThread;
        }
        for (int lane = 0; lane < begun; lane++) {
            try {
                done.add(running.take().get());
            } catch (ExecutionException e) {
                failed = true;
                failure = failure == null || failure instanceof CancellationException ? e.getCause() : failure;
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        return done;
    }

    private CollectionFiles runLane(int lane, List<LanePlan.Part> parts) {
        long begun = System.nanoTime();
        boolean complete = false;
        try (SnapshotReader reader = snapshot.openReader(lane);
             CollectionFiles files = new CollectionFiles(bucket, lane, datafiles, rollSize, tally, announcement,
                     () -> failed || stopping.getAsBoolean())) {
            for (LanePlan.Part part : parts) {
                files.beginCollection(part.collection().name());
                reader.read(part.collection(), part.range(), format, files);
                files.endCollection();
            }
            complete = true;
            return files;
        } catch (IOException e) {
            // Uploads fail with exceptions of their own; what is left is a stream that broke its contract.
            throw new UncheckedIOException(e);
        } finally {
            listener.laneEnded(complete, Duration.ofNanos(System.nanoTime() - begun));
        }
    }
}
