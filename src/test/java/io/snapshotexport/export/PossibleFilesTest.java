package io.snapshotexport.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PossibleFilesTest {

    private final PossibleFiles.Builder files = new PossibleFiles.Builder();

    @Test
    void countOnlyUpwards() {
        files.add("Product", 0, 4);
        files.add("Product", 0, 2);
        files.add("Product", 12, 1);

        PossibleFiles built = files.build();

        assertThat(built.count("Product", 0)).isEqualTo(4);
        assertThat(built.count("Product", 12)).isEqualTo(1);
        assertThat(built.count("Product", 1)).isZero();
        assertThat(built.count("Other", 0)).isZero();
        assertThat(built.total()).isEqualTo(5);
    }

    @Test
    void ofSeveralAttemptsAreAddedUp() {
        PossibleFiles first = new PossibleFiles(new TreeMap<>(Map.of("A", new TreeMap<>(Map.of(0, 3)), "B", new TreeMap<>(Map.of(1, 1)))));
        files.addAll(first).add("A", 0, 2);
        files.add("C", 0, 1);

        assertThat(files.build().counts()).hasToString("{A={0=3}, B={1=1}, C={0=1}}");
    }

    @Test
    void whatIsBuiltDoesNotChangeAnyMore() {
        files.add("A", 0, 1);
        PossibleFiles built = files.build();
        files.add("A", 0, 2);

        assertThat(built.count("A", 0)).isEqualTo(1);
        assertThat(built).isNotEqualTo(files.build());
    }

    @Test
    void thatDoNotFitIntoARecordAreRefusedAndKnownOnesGoOn() {
        int said = 0;
        while (files.add("collection_" + said, 0, 1)) {
            said++;
        }

        assertThat(said).as("collections").isBetween(10_000, 100_000);
        assertThat(files.add("another", 0, 1)).isFalse();
        assertThat(files.add("collection_0", 0, 7)).isTrue();
        assertThat(files.build().count("collection_0", 0)).isEqualTo(7);
    }
}
