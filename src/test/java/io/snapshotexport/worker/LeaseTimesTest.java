package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseTimesTest {

    private static LeaseTimes times(int heartbeat, int lease, int silence) {
        return new LeaseTimes(Duration.ofSeconds(heartbeat), Duration.ofSeconds(lease), Duration.ofSeconds(silence));
    }

    @Test
    void whatIsOnItsWayAtTheEndOfTheLeaseIsOverBeforeTheSilence() {
        assertThat(times(3, 30, 60).refusal()).isEmpty();
        assertThat(times(3, 30, 60).appearing()).isEqualTo(Duration.ofSeconds(25));
        assertThat(times(3, 30, 60).arriving()).isEqualTo(Duration.ofSeconds(5));
        assertThat(times(3, 30, 36).appearing()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void timesThatWouldLetTwoAttemptsWriteAreRefusedByName() {
        assertThat(times(3, 30, 31).refusal()).isEmpty();
        assertThat(times(3, 30, 30).refusal()).hasValueSatisfying(refusal -> assertThat(refusal)
                .contains("`snapshot-export.watchdog.silence` is 30.0 s", "`snapshot-export.worker.lease`, 30.0 s", "make it twice as long"));
        assertThat(times(30, 30, 60).refusal()).hasValueSatisfying(refusal -> assertThat(refusal)
                .contains("`snapshot-export.worker.lease` is 30.0 s", "`snapshot-export.worker.heartbeat`, 30.0 s"));
        assertThat(times(29, 30, 60).refusal()).isEmpty();
    }
}
