package io.snapshotexport.s3;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Asked before every write to a bucket, and again before every repetition of one that the client makes by itself: a worker whose lease
 * is gone writes nothing. Called from any thread, often; it must answer at once.
 */
@FunctionalInterface
public interface WriteGuard {

    /** @throws RuntimeException if the writer may not write any more; whoever wanted to write gets that exception */
    void check();

    /** How long one try of a request that makes an object appear may be under way after the check: the next attempt writes the same objects. */
    default Duration appearing() {
        return Duration.ofSeconds(Long.MAX_VALUE);
    }

    /**
     * The writer has ended, and S3 has not answered a request of his that makes an object appear: it may be carried out all the same, and must
     * not come after what the next writer sends. Told once the connection of that request is closed.
     */
    default void mayBeFollowed() {
    }

    /**
     * Fails when the writer shall wait no longer, not even for a server that says nothing; whoever waits gets what it fails with. What is on its
     * way may still arrive. Never completes otherwise.
     */
    default CompletableFuture<Void> stop() {
        return new CompletableFuture<>();
    }
}
