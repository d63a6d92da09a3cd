package io.snapshotexport.deploy;

import io.snapshotexport.system.FinishedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** Prometheus' own judge of rules: Debian's package {@code prometheus} has it. */
final class Promtool {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Promtool() {
    }

    /**
     * Runs it.
     *
     * @throws IllegalStateException if it is missing where CI runs; elsewhere a missing one aborts the test
     */
    static FinishedProcess run(String... arguments) {
        try {
            return FinishedProcess.run(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList(), Map.of(), Path.of("."), PATIENCE);
        } catch (IOException missing) {
            String needed = "this test needs promtool, of Prometheus 2.42 or later, on the PATH";
            if (System.getenv("CI") != null) {
                throw new IllegalStateException(needed, missing);
            }
            throw new TestAbortedException(needed, missing);
        }
    }
}
