package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final Duration LENGTH = Duration.ofMinutes(15);

    @Test
    void isTheSameForTheSameSeedAndAnotherForAnother() {
        assertThat(Schedule.of(42, LENGTH)).isEqualTo(Schedule.of(42, LENGTH)).isNotEqualTo(Schedule.of(43, LENGTH));
    }

    @Test
    void aLongerOneBeginsAsAShorterOne() {
        assertThat(Schedule.of(42, LENGTH.multipliedBy(2)).steps()).startsWith(Schedule.of(42, LENGTH).steps().toArray(Schedule.Step[]::new));
    }

    @Test
    void everyTroubleComesBeforeOneComesTwice() {
        int kinds = Schedule.Trouble.values().length;
        assertThat(Schedule.of(42, LENGTH).steps().subList(kinds, 2 * kinds)).extracting(Schedule.Step::trouble)
                .containsExactlyInAnyOrder(Schedule.Trouble.values());
    }

    @Test
    void nobodyKillsTheSurvivors() {
        assertThat(Schedule.of(42, LENGTH).steps()).allSatisfy(step -> {
            if (step.trouble() == Schedule.Trouble.KILL || step.trouble() == Schedule.Trouble.DELAYED_RESTART) {
                assertThat(step.victims()).doesNotContainAnyElementsOf(Schedule.SURVIVORS);
            }
        });
    }
}
