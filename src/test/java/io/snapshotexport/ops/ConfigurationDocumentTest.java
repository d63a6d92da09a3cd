package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code deploy/CONFIGURATION.md} names every key of the service's own, and no other, with the defaults of the code. */
class ConfigurationDocumentTest {

    private static final Pattern KEY = Pattern.compile("`([a-z0-9.<>-]+)`");

    @Test
    void namesEveryKeyOfTheCodeAndNoOther() throws IOException {
        assertThat(documented()).isEqualTo(ConfigurationKeys.ofTheService());
    }

    @Test
    void namesTheDefaultsOfTheCode() throws IOException {
        Pattern row = Pattern.compile("\\| `(snapshot-export\\.[^`]+)` \\| `([^`]*)` \\|.*");
        Map<String, String> defaults = ConfigurationKeys.defaults();
        List<String> compared = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("deploy/CONFIGURATION.md"))) {
            Matcher one = row.matcher(line);
            if (one.matches() && defaults.containsKey(one.group(1))) {
                assertThat(one.group(2)).as(one.group(1)).isEqualToIgnoringCase(defaults.get(one.group(1)).replace("PT", ""));
                compared.add(one.group(1));
            }
        }

        assertThat(compared).contains("snapshot-export.worker.heartbeat", "snapshot-export.worker.lease", "snapshot-export.worker.attempts",
                "snapshot-export.worker.roll-size", "snapshot-export.worker.back-off", "snapshot-export.worker.grace",
                "snapshot-export.watchdog.silence", "snapshot-export.watchdog.attempts");
        // The times of the design.
        assertThat(defaults).containsEntry("snapshot-export.worker.heartbeat", "3s").containsEntry("snapshot-export.worker.lease", "30s")
                .containsEntry("snapshot-export.watchdog.silence", "60s").containsEntry("snapshot-export.worker.attempts", "5")
                .containsEntry("snapshot-export.watchdog.attempts", "5").containsEntry("snapshot-export.worker.roll-size", "134217728");
    }

    private static Set<String> documented() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("deploy/CONFIGURATION.md"))) {
            if (line.startsWith("| `snapshot-export.")) {
                String last = null;
                Matcher key = KEY.matcher(line.split("\\|")[1]);
                while (key.find()) {
                    // A key that begins with a dot stands for the one before it with another end.
                    last = key.group(1).startsWith(".") ? last.substring(0, last.lastIndexOf('.')) + key.group(1) : key.group(1);
                    keys.add(last);
                }
                Matcher also = Pattern.compile("`(\\.[a-z-]+)`").matcher(line.split("\\|")[3]);
                while (also.find()) {
                    keys.add(last.substring(0, last.lastIndexOf('.')) + also.group(1));
                }
            }
        }
        return keys;
    }
}
