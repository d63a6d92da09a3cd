package io.snapshotexport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code deploy/LOGS.md} names every key and every change of state, and no other. */
class LogsDocumentTest {

    /** The first column of the table behind that head. */
    private static List<String> table(String head) throws IOException {
        return Files.readAllLines(Path.of("deploy/LOGS.md")).stream().dropWhile(line -> !line.startsWith(head)).skip(2)
                .takeWhile(line -> line.startsWith("|")).map(line -> line.split("\\|")[1].strip().replace("`", "")).toList();
    }

    @Test
    void namesEveryKey() throws IOException {
        assertThat(table("| key |")).containsExactlyInAnyOrder(LogKeys.EXPORT_ID, LogKeys.REQUEST_ID, LogKeys.ACCOUNT, LogKeys.ATTEMPT,
                LogKeys.LANE, LogKeys.STATE, LogKeys.TRACE_ID);
        assertThat(LogKeys.class.getFields()).hasSize(7);
    }

    @Test
    void namesEveryChangeOfState() throws IOException {
        assertThat(table("| state |")).containsExactlyElementsOf(Arrays.stream(StateChange.values()).map(StateChange::value).toList());
    }
}
