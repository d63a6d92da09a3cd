package io.snapshotexport.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final int TOKENS = 10;
    private static final int BUCKET = 15;

    /** Near the end of the numbers, because a clock may begin anywhere. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
    private final RateLimit limit = new RateLimit(TOKENS, Duration.ofSeconds(1), BUCKET, now::get);

    private int takeAll(String whose) {
        int taken = 0;
        while (limit.take(whose).isZero()) {
            taken++;
        }
        return taken;
    }

    @Test
    void aFullBucketMayBeEmptiedAtOnce() {
        assertThat(takeAll("a")).isEqualTo(BUCKET);
        assertThat(limit.take("a")).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void aTokenComesBackAtATime() {
        takeAll("a");
        now.addAndGet(Duration.ofMillis(99).toNanos());
        assertThat(limit.take("a")).isEqualTo(Duration.ofMillis(1));
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(takeAll("a")).isEqualTo(1);
    }

    @Test
    void noMoreThanABucketIsSavedUp() {
        takeAll("a");
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(takeAll("a")).isEqualTo(BUCKET);
    }

    @Test
    void whatOneTakesNobodyElseMisses() {
        takeAll("a");
        assertThat(takeAll("b")).isEqualTo(BUCKET);
    }

    @Test
    void lookingTakesNothing() {
        assertThat(limit.untilToken("a")).isZero();
        assertThat(takeAll("a")).isEqualTo(BUCKET);
        assertThat(limit.untilToken("a")).isPositive();
    }

    @Test
    void remembersNoMoreThanItMust() {
        takeAll("a");
        for (int i = 0; i < 10_000; i++) {
            limit.take("other " + i);
        }
        assertThat(limit.untilToken("a")).isZero();
    }

    @Test
    void aLimitThatAllowsNothingIsAMistake() {
        assertThatThrownBy(() -> new RateLimit(0, Duration.ofSeconds(1), 1)).hasMessageContaining("configure 1 or more");
    }
}
