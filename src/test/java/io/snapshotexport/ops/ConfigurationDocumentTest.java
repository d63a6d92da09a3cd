package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code deploy/CONFIGURATION.md} names every key of the service's own, and no other. */
class ConfigurationDocumentTest {

    private static final Pattern KEY = Pattern.compile("`([a-z0-9.<>-]+)`");

    @Test
    void namesEveryKeyOfTheCodeAndNoOther() throws IOException {
        assertThat(documented()).isEqualTo(ConfigurationKeys.ofTheService());
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
