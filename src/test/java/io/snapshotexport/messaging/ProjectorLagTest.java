package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.messaging.ProjectorLag.Lag;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** How long the projector is behind, from looks that are ten seconds apart. */
class ProjectorLagTest {

    private static final long LOOK = 10_000_000_000L;
    private static final TopicPartition A = new TopicPartition("t", 0);
    private static final TopicPartition B = new TopicPartition("t", 1);

    private final ProjectorLag.Behind behind = new ProjectorLag.Behind();
    /** It has no zero that means anything, and may pass it. */
    private long now = -2 * LOOK;

    private Lag look(long endA, long endB, long takenA, long takenB) {
        now += LOOK;
        return behind.look(now, Map.of(A, endA, B, endB), Map.of(A, takenA, B, takenB));
    }

    @Test
    void isNotBehindAsLongAsItTakesWhatWasThereAtTheLookBefore() {
        assertThat(look(5, 5, 5, 5)).isEqualTo(new Lag(0, 0));
        for (int i = 1; i < 10; i++) {
            // There is always something new.
            assertThat(look(5 + 10 * i, 5, 10 * i, 5)).isEqualTo(new Lag(5, 0));
        }
    }

    @Test
    void isBehindSinceTheFirstLookAtARecordThatItDoesNotTake() {
        look(5, 5, 5, 5);
        assertThat(look(6, 5, 5, 5)).isEqualTo(new Lag(1, 0));
        assertThat(look(6, 5, 5, 5)).isEqualTo(new Lag(1, 10));
        // What comes in another partition and is taken does not help.
        assertThat(look(7, 9, 5, 9)).isEqualTo(new Lag(2, 20));
        // It has taken the one, and the other has been there for a while; how long is not known until the next look.
        assertThat(look(7, 9, 6, 9)).isEqualTo(new Lag(1, 0));
        assertThat(look(7, 9, 6, 9)).isEqualTo(new Lag(1, 10));
        assertThat(look(7, 9, 7, 9)).isEqualTo(new Lag(0, 0));
    }

    @Test
    void aProjectorThatHasNeverTakenAnythingIsBehind() {
        assertThat(behind.look(0, Map.of(A, 3L), Map.of(A, 0L))).isEqualTo(new Lag(3, 0));
        assertThat(behind.look(LOOK, Map.of(A, 3L), Map.of(A, 0L))).isEqualTo(new Lag(3, 10));
    }
}
