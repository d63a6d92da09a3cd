package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.embedded.ChildProcess;
import io.snapshotexport.embedded.TestClassPath;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in {@code deploy/examples} do what they say. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class ExamplesTest {

    private static final Path EXAMPLES = TestClassPath.buildDirectory().resolveSibling("deploy").resolve("examples");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern KAFKA_CLIENT = Pattern.compile(".*/(kafka-clients|slf4j-api|zstd-jni|lz4-java|snappy-java)-[^/]*\\.jar");

    TestSystem system;

    @TempDir
    Path directory;

    @BeforeEach
    void makeDatabase() {
        system.createDatabase("example_shop", """
                CREATE TABLE IF NOT EXISTS "Product" (id bigint PRIMARY KEY, name text)""", """
                INSERT INTO "Product" VALUES (1, 'Pizza') ON CONFLICT DO NOTHING""");
    }

    private String broker() {
        return system.kafka().getProperty("bootstrap.servers");
    }

    private static String request(String path) {
        return "{\"account\":\"default\",\"database\":\"us-std/example_shop\",\"destination\":\"s3://exports/" + path + "\"}";
    }

    private void printedTheIdOfAnExport(FinishedProcess run) {
        assertThat(run.exitCode()).as("%s", run).isZero();
        assertThat(run.output()).as("%s", run).matches("[0-9]{18,19}\n");
        String id = run.output().trim();
        await("export " + id + " is known").atMost(PATIENCE).until(() -> system.asUser().get("/v2/exports/" + id).statusCode() == 200);
        assertThat(system.awaitEnd(id).get("state").asText()).isEqualTo("Complete");
    }

    /** The example's directory with its packages installed, as its user would have it. */
    private static Path nodeExamples() throws IOException {
        JsonNode kafkajs = TestSystem.readFile(EXAMPLES.resolve("package.json")).at("/dependencies/kafkajs");
        Path installed = NodePackages.install("kafkajs@" + kafkajs.asText()).directory();
        for (String example : List.of("request-export.mjs", "follow-exports.mjs")) {
            Files.copy(EXAMPLES.resolve(example), installed.resolve(example), StandardCopyOption.REPLACE_EXISTING);
        }
        return installed;
    }

    @Test
    void theJavaProducerPrintsTheIdOfItsExport() throws IOException {
        String classPath = TestClassPath.entries().stream().filter(KAFKA_CLIENT.asMatchPredicate())
                .collect(Collectors.joining(File.pathSeparator));

        printedTheIdOfAnExport(FinishedProcess.run(List.of(ChildProcess.java(), "-cp", classPath,
                EXAMPLES.resolve("RequestExport.java").toString(), broker(), request("examples/java")), Map.of(), directory, PATIENCE));
    }

    @Test
    void theNodeProducerPrintsTheIdOfItsExport() throws IOException {
        printedTheIdOfAnExport(FinishedProcess.run(List.of("node", nodeExamples().resolve("request-export.mjs").toString(),
                broker(), request("examples/node")), Map.of(), directory, PATIENCE));
    }

    @Test
    void theFollowerPrintsEveryChangeOnce() throws IOException {
        ChildProcess follower = ChildProcess.start("the follower", List.of("node", nodeExamples().resolve("follow-exports.mjs").toString(),
                broker(), "followers"), Map.of(), directory.resolve("follower.log"));
        try {
            JsonNode complete = system.export(TestSystem.request("us-std/example_shop", "simple", "examples/followed"));
            JsonNode failed = system.awaitEnd(
                    system.create(TestSystem.request("us-std/example_missing", "simple", "examples/missed")).get("id").asText());
            String end = failed.get("id").asText() + "\tFailed";
            await().atMost(PATIENCE).until(() -> Files.readString(follower.log()).contains(end));

            List<String> lines = Files.readAllLines(follower.log());
            assertThat(lines).doesNotHaveDuplicates();
            assertThat(lines).filteredOn(line -> line.contains(complete.get("id").asText())).last().asString()
                    .contains("\tComplete\tattempt 1\t1 documents");
            assertThat(lines).filteredOn(line -> line.contains(end)).hasSize(1).first().asString()
                    .endsWith(failed.at("/failure/message").asText());
        } finally {
            follower.stop(Duration.ofSeconds(10));
        }
        assertThat(follower.exitCode()).isZero();
    }
}
