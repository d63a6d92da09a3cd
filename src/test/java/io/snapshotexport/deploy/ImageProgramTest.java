package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.system.FinishedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/snapshot-export}, the program of the JVM image, takes what the native executable takes. */
class ImageProgramTest {

    private static final String JAR = "/opt/snapshot-export/quarkus-run.jar";

    @TempDir
    Path directory;

    /** What it gives to {@code java}, one argument a line. */
    private List<String> java(String... arguments) throws IOException {
        Path java = directory.resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        FinishedProcess ended = FinishedProcess.run(Stream.concat(Stream.of("/bin/sh", "deploy/snapshot-export"), Stream.of(arguments)).toList(),
                Map.of("PATH", directory + ":" + System.getenv("PATH")), Path.of("."), Duration.ofSeconds(20));
        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        return ended.output().lines().toList();
    }

    @Test
    void isTheServiceWithoutArguments() throws IOException {
        assertThat(java()).containsExactly("-jar", JAR);
    }

    @Test
    void takesOptionsOfTheVirtualMachineFirst() throws IOException {
        assertThat(java("-Xmx512m", "-XX:+UseSerialGC")).containsExactly("-Xmx512m", "-XX:+UseSerialGC", "-jar", JAR);
    }

    @Test
    void handsOnTheArgumentsOfACommandAsTheyAre() throws IOException {
        assertThat(java("-Xmx128m", "key", "create", "acme", "--name", "of two words", "-Xmx1g"))
                .containsExactly("-Xmx128m", "-jar", JAR, "key", "create", "acme", "--name", "of two words", "-Xmx1g");
    }
}
