package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunIT {

    private static final Path ENV = TestClassPath.buildDirectory().resolve("local/env");
    private static final Duration RUN = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    @Test
    void exportsTheSampleShopAndEndsAndDoesSoAgainWithTheSameData() throws Exception {
        Path data = directory.resolve("data");

        String first = runOnce(data);
        String second = runOnce(data);

        assertThat(first).contains("curl ", "Pending", "Complete", "\"object_count\"", "3,000      3,000");
        assertThat(accountKey(second)).isEqualTo(accountKey(first));
        try (Stream<Path> exports = Files.list(data.resolve("s3").resolve(EmbeddedServers.BUCKET).resolve("shop"))) {
            assertThat(exports).hasSize(2).allSatisfy(export -> {
                assertThat(export.resolve("manifest.json")).exists();
                assertThat(export.resolve("collections/Order")).isDirectoryContaining("glob:**/Order_??_000000.json");
            });
        }
    }

    @Test
    void servesUntilItIsToldToEndAndTellsScriptsHowToReachIt() throws Exception {
        Process run = start(List.of("--data", directory.resolve("data").toString()), directory.resolve("output"));
        try {
            await().atMost(RUN).until(() -> !run.isAlive() || output().contains("until Ctrl-C"));
            assertThat(run.isAlive()).as(output()).isTrue();

            Map<String, String> env = values();
            assertThat(env).containsOnlyKeys("API_URL", "ACCOUNT_KEY", "KAFKA_BOOTSTRAP_SERVERS", "STORE_URL", "SOURCE_URL", "S3_ENDPOINT",
                    "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET", "S3_DIRECTORY");
            ExportClient client = new ExportClient(URI.create(env.get("API_URL")), env.get("ACCOUNT_KEY"));
            var request = ExportClient.request(SampleShop.DATABASE, "tagged", env.get("S3_BUCKET"), "again");
            var export = client.awaitEnd(client.create(request).path("id").asText(), RUN, state -> { });
            assertThat(export.path("state").asText()).as(export.toString()).isEqualTo("Complete");
            assertThat(Path.of(env.get("S3_DIRECTORY"), "exports/again/manifest.json")).exists();
        } finally {
            run.destroy();
        }
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ENV).doesNotExist();
        assertThat(ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("").contains(directory.toString())))
                .as("processes that use the data directory").isEmpty();
    }

    private String runOnce(Path data) throws Exception {
        Path output = directory.resolve("output");
        Process run = start(List.of("--once", "--data", data.toString()), output);
        boolean ended = run.waitFor(RUN.toSeconds(), TimeUnit.SECONDS);
        run.destroy();
        assertThat(ended).as(output()).isTrue();
        assertThat(run.exitValue()).as(output()).isZero();
        assertThat(ENV).doesNotExist();
        return output();
    }

    /** From another working directory than the repository's. */
    private Process start(List<String> arguments, Path output) throws IOException {
        Path script = TestClassPath.buildDirectory().resolveSibling("deploy/local/run");
        return new ProcessBuilder(Stream.concat(Stream.of(script.toString()), arguments.stream()).toList())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }

    private static String accountKey(String output) {
        return output.replaceFirst("(?s).*Bearer (sxk_\\w+).*", "$1");
    }

    private static Map<String, String> values() throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String line : Files.readAllLines(ENV)) {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return values;
    }
}
