package io.snapshotexport.source;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The snapshots that this process holds open. As long as one is, its database keeps every row that was deleted since: an old one is
 * what the database's operators want to know of. Thread-safe.
 */
@ApplicationScoped
public class OpenSnapshots {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanoClock;

    public OpenSnapshots() {
        this(System::nanoTime);
    }

    OpenSnapshots(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** A snapshot that is open until this is closed. */
    public final class Open implements AutoCloseable {

        private final long since = nanoClock.getAsLong();

        @Override
        public void close() {
            open.remove(this);
        }
    }

    /** Says that one is being opened. */
    public Open opened() {
        Open snapshot = new Open();
        open.add(snapshot);
        return snapshot;
    }

    /** The age of the oldest, 0 if none is open. */
    public double oldestAgeSeconds() {
        long now = nanoClock.getAsLong();
        return open.stream().mapToLong(snapshot -> now - snapshot.since).max().orElse(0) / NANOS_PER_SECOND;
    }
}
