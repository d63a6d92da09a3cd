package io.snapshotexport.s3;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of one writer that make objects appear, and what S3 has not answered of them. Who stops waiting for one does not end it:
 * given up, it may be carried out all the same, and come later than what the next attempt writes to the same place. Thread-safe.
 */
final class AppearingRequests {

    private static final int SECONDS_TO_SETTLE = 5;

    private final Set<CompletableFuture<?>> onTheirWay = ConcurrentHashMap.newKeySet();
    /** Tries without an answer, of requests that were answered in the end, too. */
    private final AtomicInteger unanswered = new AtomicInteger();

    <T> CompletableFuture<T> sent(CompletableFuture<T> request) {
        onTheirWay.add(request);
        request.whenComplete((done, failed) -> {
            if (failed != null && !S3Errors.isAnswer(failed)) {
                // The answer may have broken off after its head.
                unanswered.incrementAndGet();
            }
            onTheirWay.remove(request);
        });
        return request;
    }

    /** A try goes over the wire. */
    void tried() {
        unanswered.incrementAndGet();
    }

    /** S3 has said what became of a try. */
    void answered() {
        unanswered.decrementAndGet();
    }

    /**
     * Waits some seconds until S3 has answered all of them, and gives up the others. Blocks.
     *
     * @return whether S3 has answered every try of every request
     */
    boolean settle() {
        CompletableFuture<?>[] left = onTheirWay.toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(left).completeOnTimeout(null, SECONDS_TO_SETTLE, TimeUnit.SECONDS).handle((done, failed) -> done).join();
        for (CompletableFuture<?> request : left) {
            request.cancel(true);
        }
        return unanswered.get() == 0;
    }
}
