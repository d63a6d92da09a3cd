package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.S3Destination;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {

    private final ObjectKeys keys = new ObjectKeys(new S3Destination("shop", "/exports/2099-12-31/"));

    @Test
    void everythingLiesBelowThePathWithoutItsOuterSlashes() {
        assertThat(keys.permissionProof()).isEqualTo("exports/2099-12-31/.perms_validated.txt");
        assertThat(keys.manifest()).isEqualTo("exports/2099-12-31/manifest.json");
        assertThat(keys.collectionFile("Product", 3, 17, "json"))
                .isEqualTo("exports/2099-12-31/collections/Product/Product_03_000017.json");
        assertThat(keys.collectionFile("Product", 99, 999_999, "jsonl.gz")).endsWith("/Product_99_999999.jsonl.gz");
    }

    @Test
    void differentNamesNeverMeetInOneKey() {
        assertThat(ObjectKeys.escaped("a/b")).isEqualTo("a%2Fb");
        assertThat(ObjectKeys.escaped("a%2Fb")).isEqualTo("a%252Fb");
    }

    @Test
    void safeCharactersStayAsTheyAre() {
        assertThat(ObjectKeys.escaped("aZ09!-_.*'()")).isEqualTo("aZ09!-_.*'()");
        assertThat(ObjectKeys.escaped("\u0001\u007f\u0080 ~")).isEqualTo("%01%7F%C2%80%20%7E");
        assertThat(ObjectKeys.escaped("...")).isEqualTo("...");
    }

    @Test
    void noSegmentIsEmptyOrADot() {
        assertThat(ObjectKeys.escaped(".")).isEqualTo("%2E");
        assertThat(ObjectKeys.escaped("..")).isEqualTo("%2E%2E");
        assertThatThrownBy(() -> ObjectKeys.escaped("")).isInstanceOf(PermanentExportException.class);
    }

    @Test
    void theLongestAllowedPathAndNameFitAndLongerOnesAreRefused() {
        ObjectKeys longest = new ObjectKeys(new S3Destination("shop", "p".repeat(S3Destination.MAX_PATH_BYTES)));

        assertThat(longest.collectionFile("\u00ff".repeat(31), 0, 0, "jsonl.gz")).hasSizeLessThanOrEqualTo(ObjectKeys.MAX_KEY_BYTES);
        assertThatThrownBy(() -> longest.collectionFile("\u00ff".repeat(32), 0, 0, "jsonl.gz"))
                .isInstanceOf(PermanentExportException.class)
                .hasMessageContaining("1030 bytes")
                .hasMessageContaining("1024")
                .hasMessageContaining("destination.s3.path");
    }

    @Test
    void lanesAndIndexesThatTheNameHasNoDigitsForAreADefect() {
        assertThatThrownBy(() -> keys.collectionFile("Product", 100, 0, "json")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.collectionFile("Product", 0, 1_000_000, "json")).isInstanceOf(IllegalArgumentException.class);
    }
}
