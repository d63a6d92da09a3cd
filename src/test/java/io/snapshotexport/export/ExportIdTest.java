package io.snapshotexport.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportIdTest {

    private static final long NOW = Instant.parse("2026-11-22T15:27:00.123Z").toEpochMilli();

    @Test
    void packsTimePartitionAndOffset() {
        ExportId id = ExportId.of(NOW, 5, 4096 + 7);

        assertThat(id.value() & 0xfff).isEqualTo(7);
        assertThat(id.value() >> 12 & 0x3ff).isEqualTo(5);
        assertThat(id.createdAt()).isEqualTo(Instant.ofEpochMilli(NOW));
    }

    @Test
    void sortsByAgeWhateverThePartitionAndOffset() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            ExportId older = ExportId.of(NOW + i, random.nextInt(1024), random.nextLong(Long.MAX_VALUE));
            ExportId newer = ExportId.of(NOW + i + 1, random.nextInt(1024), random.nextLong(Long.MAX_VALUE));
            assertThat(older).isLessThan(newer);
        }
    }

    @Test
    void isPositiveUntil2089() {
        assertThat(ExportId.of(Instant.parse("2089-09-05T00:00:00Z").toEpochMilli(), 1023, 4095).value()).isPositive();
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> ExportId.of(Instant.parse("2019-12-31T23:59:59Z").toEpochMilli(), 0, 0)).hasMessageContaining("time");
        assertThatThrownBy(() -> ExportId.of(Instant.parse("2090-01-01T00:00:00Z").toEpochMilli(), 0, 0)).hasMessageContaining("time");
        assertThatThrownBy(() -> ExportId.of(NOW, 1024, 0)).hasMessageContaining("partition");
    }

    @Test
    void readsBackWhatItWrites() {
        ExportId id = ExportId.of(NOW, 3, 9);

        assertThat(ExportId.parse(id.toString())).contains(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-1", "+1", "1.0", "01", "0x1", "abc", "9223372036854775808", "99999999999999999999", "1 ", "\u0661"})
    void takesAMalformedIdForNone(String text) {
        assertThat(ExportId.parse(text)).isEmpty();
    }
}
