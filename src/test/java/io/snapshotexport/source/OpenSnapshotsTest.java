package io.snapshotexport.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenSnapshotsTest {

    @Test
    void tellTheAgeOfTheOldest() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
        OpenSnapshots snapshots = new OpenSnapshots(now::get);
        assertThat(snapshots.oldestAgeSeconds()).isZero();

        OpenSnapshots.Open first = snapshots.opened();
        now.addAndGet(2_000_000_000);
        try (OpenSnapshots.Open second = snapshots.opened()) {
            now.addAndGet(500_000_000);
            assertThat(snapshots.oldestAgeSeconds()).isEqualTo(2.5);
            first.close();
            assertThat(snapshots.oldestAgeSeconds()).isEqualTo(0.5);
            assertThat(second).isNotNull();
        }
        assertThat(snapshots.oldestAgeSeconds()).isZero();
    }
}
