package io.snapshotexport.s3;

/**
 * Asked before every write to a bucket, and again before every repetition of one that the client makes by itself: a worker whose lease
 * is gone writes nothing. Called from any thread, often; it must answer at once.
 */
@FunctionalInterface
public interface WriteGuard {

    /** @throws RuntimeException if the writer may not write any more; whoever wanted to write gets that exception */
    void check();
}
