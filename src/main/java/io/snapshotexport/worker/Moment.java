package io.snapshotexport.worker;

import java.time.Duration;

/**
 * A point in time by both clocks of this machine: the steady one, which stands still with a machine that is frozen or moved, and the wall clock,
 * which somebody may set.
 *
 * @param nanos  {@link System#nanoTime}
 * @param millis {@link System#currentTimeMillis}
 */
record Moment(long nanos, long millis) {

    static Moment now() {
        return new Moment(System.nanoTime(), System.currentTimeMillis());
    }

    /** The moment of the present that lies so far back by the steady clock. */
    static Moment of(long nanos) {
        Moment now = now();
        return new Moment(nanos, now.millis - Duration.ofNanos(now.nanos - nanos).toMillis());
    }

    /** Whether less time than that has passed since, by both clocks. */
    boolean isWithin(Duration time, Moment earlier) {
        return nanos - earlier.nanos < time.toNanos() && millis - earlier.millis < time.toMillis();
    }
}
