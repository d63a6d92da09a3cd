package io.snapshotexport.api;

import java.time.Duration;
import java.util.Map;

/** A request over a limit. Nothing was done; after the wait it may go through. */
final class TooManyRequestsException extends RuntimeException {

    private final long retryAfterSeconds;
    private final transient Map<String, String> metadata;

    /**
     * @param message the client's
     * @param limit   the limit's name
     * @param allowed what it allows
     */
    TooManyRequestsException(String message, Duration wait, String limit, int allowed) {
        super(message);
        this.retryAfterSeconds = seconds(wait);
        this.metadata = Map.of("limit", limit, "allowed", Integer.toString(allowed));
    }

    /** Whole seconds, the unit of {@code Retry-After}; never none. */
    static long seconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }

    long retryAfterSeconds() {
        return retryAfterSeconds;
    }

    Map<String, String> metadata() {
        return metadata;
    }
}
