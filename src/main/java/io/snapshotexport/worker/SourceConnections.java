package io.snapshotexport.worker;

import io.snapshotexport.source.Source;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Holds this worker to what each source allows it. An export waits until it can have a snapshot and one lane at once, so that none
 * waits with a snapshot in its hands, and takes what more is free. Thread-safe.
 */
@ApplicationScoped
class SourceConnections {

    private static final long TICK_MILLIS = 200;

    private final Map<Source, Semaphore> free = new ConcurrentHashMap<>();

    /** What one export has. Belongs to one thread. */
    static final class Held implements AutoCloseable {

        private final Semaphore free;
        private int lanes;

        private Held(Semaphore free, int lanes) {
            this.free = free;
            this.lanes = lanes;
        }

        /** As many as may read side by side. */
        int lanes() {
            return lanes;
        }

        /** Gives back what the export does not need after all. */
        void keep(int needed) {
            free.release(lanes - needed);
            lanes = needed;
        }

        @Override
        public void close() {
            free.release(1 + lanes);
        }
    }

    /**
     * Waits for a snapshot's connection and at least one lane's.
     *
     * @param mostLanes what the export would like to have
     * @throws CancellationException if the worker stops meanwhile
     */
    Held take(Source source, int mostLanes, BooleanSupplier stopping) throws InterruptedException {
        Semaphore connections = free.computeIfAbsent(source, key -> new Semaphore(key.mostConnections(), true));
        while (!connections.tryAcquire(2, TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (stopping.getAsBoolean()) {
                throw new CancellationException();
            }
        }
        int lanes = 1;
        while (lanes < mostLanes && connections.tryAcquire()) {
            lanes++;
        }
        return new Held(connections, lanes);
    }
}
