package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final LeaseTimes TIMES = new LeaseTimes(Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofSeconds(60));

    /** The steady clock may pass its largest value. */
    private Moment now = new Moment(Long.MAX_VALUE - 5, 1_000_000);
    private Instant brokersNow = Instant.parse("2026-01-01T00:00:00Z");
    private final Lease lease = new Lease(TIMES, () -> now, now, new CompletableFuture<>());

    private void pass(int seconds) {
        machineStandsStill(seconds);
        wake(seconds, seconds);
    }

    private void machineStandsStill(int seconds) {
        brokersNow = brokersNow.plusSeconds(seconds);
    }

    private void wake(int steady, int wall) {
        now = new Moment(now.nanos() + Duration.ofSeconds(steady).toNanos(), now.millis() + wall * 1_000L);
    }

    private void renew() {
        lease.renew(now, brokersNow);
    }

    @Test
    void lastsFromWhenTheAcknowledgedReportWasSent() {
        pass(20);
        renew();
        pass(29);
        assertThat(lease.isHeld()).isTrue();

        pass(1);
        assertThat(lease.isHeld()).isFalse();
        assertThatThrownBy(lease::check).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void thatIsLostDoesNotComeBackWhenAProcessThatStoodStillReportsAgain() {
        pass(100);
        renew();

        assertThat(lease.isHeld()).isFalse();
        pass(1);
        renew();
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void isLostInAMachineThatStoodStillWithItsSteadyClock() {
        renew();
        machineStandsStill(40);
        wake(0, 40);

        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void isLostInAMachineThatStoodStillWithAllItsClocksOnceTheBrokerHasTakenItsReport() {
        renew();
        machineStandsStill(40);
        pass(1);
        renew();

        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void doesNotEndLaterForAWallClockThatIsSetBack() {
        wake(29, -3_600);
        assertThat(lease.isHeld()).isTrue();

        wake(1, 1);
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void isNotShortenedByAnAcknowledgementThatComesLate() {
        Moment early = now;
        Instant appended = brokersNow;
        pass(20);
        renew();
        lease.renew(early, appended);
        pass(25);

        assertThat(lease.isHeld()).isTrue();
    }

    @Test
    void thatWasGivenUpForTheNextAttemptDoesNotComeBack() {
        lease.end();
        assertThatThrownBy(lease::check).isInstanceOf(LeaseLostException.class);

        pass(1);
        renew();
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void lastsFromTheAcceptanceAndNotFromWhenItIsFirstAskedFor() {
        Moment accepted = now;
        pass(30);

        assertThat(new Lease(TIMES, () -> now, accepted, new CompletableFuture<>()).isHeld()).isFalse();
    }
}
