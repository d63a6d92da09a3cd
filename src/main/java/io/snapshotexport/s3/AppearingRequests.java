package io.snapshotexport.s3;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The requests of one writer that make objects appear, from when they are sent to when S3 has answered. Who stops waiting for one does not
 * end it: given up, it may be carried out all the same, and come later than what the next attempt writes to the same place. Thread-safe.
 */
final class AppearingRequests {

    private static final int SECONDS_TO_SETTLE = 5;

    private final Set<CompletableFuture<?>> onTheirWay = ConcurrentHashMap.newKeySet();
    private volatile boolean givenUp;

    <T> CompletableFuture<T> sent(CompletableFuture<T> request) {
        onTheirWay.add(request);
        request.whenComplete((done, failed) -> {
            if (request.isCancelled()) {
                givenUp = true;
            }
            onTheirWay.remove(request);
        });
        return request;
    }

    /**
     * Waits some seconds until S3 has answered all of them, and gives up the others. Blocks.
     *
     * @return whether S3 has answered every request that was ever sent
     */
    boolean settle() {
        CompletableFuture<?>[] left = onTheirWay.toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(left).completeOnTimeout(null, SECONDS_TO_SETTLE, TimeUnit.SECONDS).handle((done, failed) -> done).join();
        for (CompletableFuture<?> request : left) {
            request.cancel(true);
        }
        return !givenUp;
    }
}
