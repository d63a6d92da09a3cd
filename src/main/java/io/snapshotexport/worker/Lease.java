package io.snapshotexport.worker;

import io.snapshotexport.s3.WriteGuard;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The right of one attempt to write. It lasts for a while from the moment that the last acknowledged report was sent; nobody
 * takes it away, the worker stops by itself. Once lost it does not come back. Thread-safe.
 */
final class Lease implements WriteGuard {

    private final LeaseTimes times;
    private final Supplier<Moment> clocks;
    private final CompletableFuture<Void> stop;
    private volatile Moment renewedAt;
    /** By the broker's clock; null before the first report. */
    private Instant lastReport;
    private volatile boolean ended;
    private volatile Moment followedSince;

    /**
     * @param clocks  {@link Moment#now} but for tests
     * @param begunAt when it begins to last
     * @param stop    fails when this worker stops
     */
    Lease(LeaseTimes times, Supplier<Moment> clocks, Moment begunAt, CompletableFuture<Void> stop) {
        this.times = times;
        this.clocks = clocks;
        this.stop = stop;
        this.renewedAt = begunAt;
    }

    /**
     * A report that was sent at that moment has been acknowledged. One that was sent after the end renews nothing: a process that stood
     * still for long may report again before anything asks for the lease, and by then the export may be somebody else's. Where the
     * whole machine stood still, its clocks may not tell; the broker's does.
     *
     * @param appendedAt when the broker took it
     */
    synchronized void renew(Moment sentAt, Instant appendedAt) {
        if (lastReport != null && !appendedAt.isBefore(lastReport.plus(times.lease()))) {
            ended = true;
        }
        lastReport = lastReport == null || appendedAt.isAfter(lastReport) ? appendedAt : lastReport;
        if (sentAt.nanos() - renewedAt.nanos() > 0 && sentAt.isWithin(times.lease(), renewedAt)) {
            renewedAt = sentAt;
        }
    }

    boolean isHeld() {
        return !ended && clocks.get().isWithin(times.lease(), renewedAt);
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

    /** How long something that this attempt has sent may still be on its way. */
    Duration arrivesWithin() {
        Moment since = followedSince;
        return since == null ? Duration.ZERO : times.arriving().minusNanos(clocks.get().nanos() - since.nanos());
    }

    @Override
    public void mayBeFollowed() {
        followedSince = clocks.get();
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
