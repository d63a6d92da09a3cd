package io.snapshotexport.account;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A token bucket for each of many: so many tokens come back in a period, and so many can be saved up. In this process only; several
 * processes together allow several times as much. Thread-safe.
 */
public final class RateLimit {

    /** Whoever is forgotten begins with a full bucket. */
    private static final int MOST_BUCKETS = 10_000;

    private final long tokenNanos;
    private final long bucketNanos;
    private final LongSupplier clock;
    /** When the bucket will be full again (the generic cell rate algorithm, ITU-T I.371): one number is the whole bucket. */
    private final Map<String, Long> fullAt = new LeastRecent<>(MOST_BUCKETS);

    /** @param bucket how many tokens can be saved up, which is how much may come at once */
    public RateLimit(int tokens, Duration period, int bucket) {
        this(tokens, period, bucket, System::nanoTime);
    }

    RateLimit(int tokens, Duration period, int bucket, LongSupplier clock) {
        if (tokens < 1 || bucket < 1) {
            throw new IllegalArgumentException("a limit of " + Math.min(tokens, bucket) + " allows nothing; configure 1 or more");
        }
        this.tokenNanos = Math.max(1, period.toNanos() / tokens);
        this.bucketNanos = tokenNanos * bucket;
        this.clock = clock;
    }

    /** Takes a token; if there is none, says how long until there is one. */
    public synchronized Duration take(String whose) {
        Duration wait = untilToken(whose);
        if (wait.isZero()) {
            long now = clock.getAsLong();
            fullAt.put(whose, now + missing(whose, now) + tokenNanos);
        }
        return wait;
    }

    /** How long until there is a token; zero if there is one now. */
    public synchronized Duration untilToken(String whose) {
        return Duration.ofNanos(Math.max(0, missing(whose, clock.getAsLong()) + tokenNanos - bucketNanos));
    }

    private long missing(String whose, long now) {
        Long full = fullAt.get(whose);
        // By difference, because the clock's zero is anywhere.
        return full == null ? 0 : Math.max(0, full - now);
    }
}
