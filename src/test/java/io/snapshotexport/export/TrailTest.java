package io.snapshotexport.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrailTest {

    @Test
    void anExportWhoseManifestMayBeThereHasTwiceAsManyAttempts() {
        assertThat(Trail.NONE.mostAttempts(5)).isEqualTo(5);
        assertThat(new Trail(PossibleFiles.NONE, List.of(), true, null).mostAttempts(5)).isEqualTo(10);
    }

    @Test
    void aLongCauseIsCutOffBetweenCharacters() {
        String cause = new Trail(PossibleFiles.NONE, List.of(), false, "\uD83D\uDE00".repeat(2_000)).lastCause();

        assertThat(cause.length()).isLessThanOrEqualTo(2_000);
        assertThat(Character.isLowSurrogate(cause.charAt(cause.length() - 1))).isTrue();
    }
}
