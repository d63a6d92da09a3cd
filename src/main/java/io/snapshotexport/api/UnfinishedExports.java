package io.snapshotexport.api;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.AccountConfig;
import io.snapshotexport.account.LeastRecent;
import io.snapshotexport.store.ExportStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Holds every account to its number of exports that have not ended. The store is asked once a second at most, not for every
 * export, unless the account is at its limit: then what has ended meanwhile must count at once. What this process makes in between
 * is counted here, so that requests at once do not pass the limit together; what other processes make is seen a second later.
 * An export that is just being made may count twice for a moment, never not at all. Thread-safe.
 */
@ApplicationScoped
class UnfinishedExports {

    private static final int MOST_ACCOUNTS = 10_000;
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final int allowed;
    private final ExportStore exports;
    private final Map<String, Count> counts = new LeastRecent<>(MOST_ACCOUNTS);

    @Inject
    UnfinishedExports(AccountConfig config, ExportStore exports) {
        this.allowed = config.unfinishedExports();
        this.exports = exports;
    }

    /** What is known of one account. Not thread-safe. */
    private static final class Count {

        /** Exports that this process has begun to make, and those of them that are made or have failed; ever. */
        private long begun;
        private long made;
        /** Unfinished exports, less what had been begun here when they were counted. */
        private long base;
        private long countedAt;
        private boolean counted;

        private boolean isFresh() {
            return counted && System.nanoTime() - countedAt < FRESH_NANOS;
        }

        /** @param madeBefore what was surely in the store when it was asked */
        private void counted(long unfinished, long madeBefore) {
            base = unfinished - madeBefore;
            countedAt = System.nanoTime();
            counted = true;
        }

        private boolean begin(int allowed) {
            if (base + begun >= allowed) {
                return false;
            }
            begun++;
            return true;
        }
    }

    /** Makes an export if the account may have one more, or fails with a {@link TooManyRequestsException}. */
    <T> Uni<T> admit(String account, Supplier<Uni<T>> creation) {
        long madeBefore;
        synchronized (counts) {
            Count count = counts.computeIfAbsent(account, name -> new Count());
            if (count.isFresh() && count.begin(allowed)) {
                return make(count, creation);
            }
            madeBefore = count.made;
        }
        return exports.countUnfinished(account).flatMap(unfinished -> {
            synchronized (counts) {
                Count count = counts.computeIfAbsent(account, name -> new Count());
                count.counted(unfinished, madeBefore);
                if (count.begin(allowed)) {
                    return make(count, creation);
                }
            }
            throw new TooManyRequestsException("The account `" + account + "` has as many exports that have not ended as it may have, "
                    + allowed + "; try again when one has (`GET /v2/exports?state=Pending&state=InProgress` lists them).",
                    WAIT, "unfinished_exports", allowed);
        });
    }

    private <T> Uni<T> make(Count count, Supplier<Uni<T>> creation) {
        return Uni.createFrom().deferred(creation::get).onTermination().invoke(() -> {
            synchronized (counts) {
                count.made++;
            }
        });
    }
}
