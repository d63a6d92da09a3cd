package io.snapshotexport.worker;

import io.snapshotexport.source.Snapshot;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** That this worker stops: whether it has been asked to, and what has to be ended then under the hands of running attempts. Thread-safe. */
@ApplicationScoped
class WorkerStop {

    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final Set<Snapshot> read = ConcurrentHashMap.newKeySet();

    /** A snapshot that the stop reaches until this is closed. */
    final class Reading implements AutoCloseable {

        private final Snapshot snapshot;

        private Reading(Snapshot snapshot) {
            this.snapshot = snapshot;
            read.add(snapshot);
            if (isAsked()) {
                snapshot.abandon();
            }
        }

        @Override
        public void close() {
            read.remove(snapshot);
        }
    }

    Reading reading(Snapshot snapshot) {
        return new Reading(snapshot);
    }

    boolean isAsked() {
        return asked.isDone();
    }

    /** Fails with a {@link CancellationException} when that is asked; never completes otherwise. */
    CompletableFuture<Void> asked() {
        return asked;
    }

    /** Ends running attempts at once, also what they wait for; each hands its export on. */
    void ask() {
        asked.completeExceptionally(new CancellationException("this worker stops"));
        read.forEach(Snapshot::abandon);
    }
}
