package io.snapshotexport.worker;

import io.snapshotexport.s3.WriteGuard;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The right of one attempt to write. It lasts for a while from the moment that the last acknowledged report was sent; nobody
 * takes it away, the worker stops by itself. Once lost it does not come back. Thread-safe.
 */
final class Lease implements WriteGuard {

    private final LeaseTimes times;
    private final long lengthNanos;
    private final LongSupplier nanoClock;
    private final CompletableFuture<Void> stop;
    private final AtomicLong renewedAt;
    private volatile boolean ended;
    private volatile boolean followed;

    /**
     * @param nanoClock {@link System#nanoTime} but for tests
     * @param begunAt   by that clock
     * @param stop      fails when this worker stops
     */
    Lease(LeaseTimes times, LongSupplier nanoClock, long begunAt, CompletableFuture<Void> stop) {
        this.times = times;
        this.lengthNanos = times.lease().toNanos();
        this.nanoClock = nanoClock;
        this.stop = stop;
        this.renewedAt = new AtomicLong(begunAt);
    }

    /**
     * A report that was sent at that time has been acknowledged. One that was sent after the end renews nothing: a process that stood
     * still for long may report again before anything asks for the lease, and by then the export may be somebody else's.
     */
    void renew(long sentAt) {
        renewedAt.accumulateAndGet(sentAt, (last, sent) -> sent - last > 0 && sent - last < lengthNanos ? sent : last);
    }

    boolean isHeld() {
        return !ended && nanoClock.getAsLong() - renewedAt.get() < lengthNanos;
    }

    /** Gives it up, for the next attempt: a request that is still being repeated writes nothing any more. */
    void end() {
        ended = true;
    }

    /** @throws LeaseLostException if the attempt may not write any more */
    @Override
    public void check() {
        if (!isHeld()) {
            throw new LeaseLostException();
        }
    }

    /** Whether something that this attempt has sent may still arrive. */
    boolean isFollowed() {
        return followed;
    }

    @Override
    public void mayBeFollowed() {
        followed = true;
    }

    @Override
    public Duration appearing() {
        return times.appearing();
    }

    @Override
    public CompletableFuture<Void> stop() {
        return stop;
    }
}
