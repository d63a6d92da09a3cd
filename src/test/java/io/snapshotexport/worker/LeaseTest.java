package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final LeaseTimes TIMES = new LeaseTimes(Duration.ofNanos(3), Duration.ofNanos(30), Duration.ofNanos(60));

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Lease lease = new Lease(TIMES, now::get, now.get(), new CompletableFuture<>());

    @Test
    void lastsFromWhenTheAcknowledgedReportWasSent() {
        now.addAndGet(20);
        lease.renew(now.get());
        now.addAndGet(29);
        assertThat(lease.isHeld()).isTrue();

        now.addAndGet(1);
        assertThat(lease.isHeld()).isFalse();
        assertThatThrownBy(lease::check).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void thatIsLostDoesNotComeBackWhenAProcessThatStoodStillReportsAgain() {
        now.addAndGet(100);
        lease.renew(now.get());

        assertThat(lease.isHeld()).isFalse();
        now.addAndGet(1);
        lease.renew(now.get());
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void isNotShortenedByAnAcknowledgementThatComesLate() {
        long early = now.get();
        lease.renew(now.addAndGet(20));
        lease.renew(early);
        now.addAndGet(25);

        assertThat(lease.isHeld()).isTrue();
    }

    @Test
    void thatWasGivenUpForTheNextAttemptDoesNotComeBack() {
        lease.end();
        assertThatThrownBy(lease::check).isInstanceOf(LeaseLostException.class);

        now.addAndGet(1);
        lease.renew(now.get());
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void lastsFromTheAcceptanceAndNotFromWhenItIsFirstAskedFor() {
        Lease late = new Lease(TIMES, now::get, now.get() - 30, new CompletableFuture<>());

        assertThat(late.isHeld()).isFalse();
    }
}
