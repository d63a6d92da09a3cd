package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.Trail;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrailJsonTest {

    @Test
    void isReadAsItWasWritten() {
        PossibleFiles.Builder files = new PossibleFiles.Builder();
        files.add("Produkt \"ä\"", 0, 4);
        files.add("Produkt \"ä\"", 99, 1_000_000);
        List<OpenUpload> uploads = List.of(new OpenUpload("Produkt \"ä\"", 99, 999_999, "id-1"), new OpenUpload("B", 0, 0, "id-2"));
        Trail trail = new Trail(files.build(), uploads, true, "S3 answered 503.");

        assertThat(TrailJson.parse(TrailJson.text(trail))).isEqualTo(trail);
        assertThat(TrailJson.text(Trail.NONE)).isEqualTo("{}");
        assertThat(TrailJson.parse("{}")).isEqualTo(Trail.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"possible_files\":{\"A\":{\"x\":1}}}", "{\"possible_files\":{\"A\":{\"100\":1}}}",
            "{\"possible_files\":{\"A\":{\"0\":0}}}", "{\"possible_files\":{\"A\":{\"0\":1000001}}}", "{\"possible_files\":{\"A\":{\"0\":\"1\"}}}", "[]",
            "{\"open_uploads\":[{\"collection\":\"A\",\"lane\":100,\"index\":0,\"upload_id\":\"u\"}]}",
            "{\"open_uploads\":[{\"collection\":\"A\",\"lane\":0,\"index\":-1,\"upload_id\":\"u\"}]}",
            "{\"open_uploads\":[{\"collection\":\"A\",\"lane\":0,\"index\":0}]}", "{\"open_uploads\":[1]}"})
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> TrailJson.parse(text)).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void theMostThatIsAnnouncedFitsIntoARecordWhateverTheNames() {
        for (String name : List.of("c", "\u0001".repeat(50), "\"".repeat(50), "ä".repeat(30), "\uD83D\uDE00".repeat(15))) {
            PossibleFiles.Builder files = new PossibleFiles.Builder();
            for (int i = 0; files.add(name + i, i % 100, 1_000_000); i++) {
                files.add(name + i, (i + 1) % 100, 1_000_000);
            }

            assertThat(TrailJson.text(new Trail(files.build(), List.of(), true, null)).getBytes(StandardCharsets.UTF_8).length)
                    .as("bytes, collections named %s...", name).isBetween(100 * 1024, 512 * 1024 + 100);
        }
    }
}
