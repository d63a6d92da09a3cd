package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.embedded.Aside;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.Source;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourceConnectionsTest {

    private final SourceConnections connections = new SourceConnections();

    private static Source allowing(int most) {
        return new Source() {
            @Override
            public Snapshot openSnapshot(ExportId export, DatabasePath database) {
                throw new UnsupportedOperationException();
            }

            @Override
            public int mostConnections() {
                return most;
            }
        };
    }

    private SourceConnections.Held take(Source source, int lanes) {
        try {
            return connections.take(source, lanes, () -> false);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void areAsManyAsAnExportWantsOrAsAreLeft() {
        Source source = allowing(7);
        SourceConnections.Held first = take(source, 3);
        SourceConnections.Held second = take(source, 3);

        assertThat(first.lanes()).isEqualTo(3);
        assertThat(second.lanes()).isEqualTo(2);
        assertThat(take(allowing(7), 3).lanes()).as("another source").isEqualTo(3);
    }

    @Test
    void areWaitedForUntilThereIsOneForTheSnapshotAndOneForALane() {
        Source source = allowing(5);
        SourceConnections.Held first = take(source, 100);
        assertThat(first.lanes()).isEqualTo(4);
        CompletableFuture<SourceConnections.Held> second = Aside.supply(() -> take(source, 100));
        first.keep(3);
        assertThat(second).isNotDone();

        first.keep(2);
        assertThat(second.join().lanes()).isEqualTo(1);
        second.join().close();
        first.close();
        assertThat(take(source, 100).lanes()).isEqualTo(4);
    }

    @Test
    void areNotWaitedForByAWorkerThatStops() {
        Source source = allowing(2);
        take(source, 1);

        assertThatThrownBy(() -> connections.take(source, 1, () -> true)).isInstanceOf(CancellationException.class);
    }

    @Test
    void areNeverMoreThanAllowedAndNobodyWaitsForever() throws Exception {
        Source source = allowing(5);
        AtomicInteger inUse = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService exports = Executors.newFixedThreadPool(8);
        IntStream.range(0, 400).forEach(i -> exports.submit(() -> {
            try (SourceConnections.Held held = take(source, 1 + ThreadLocalRandom.current().nextInt(6))) {
                most.accumulateAndGet(inUse.addAndGet(1 + held.lanes()), Math::max);
                inUse.addAndGet(-1 - held.lanes());
            }
        }));
        exports.shutdown();

        assertThat(exports.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isBetween(2, 5);
        assertThat(take(source, 9).lanes()).isEqualTo(4);
    }
}
