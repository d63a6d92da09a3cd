package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.system.TopicRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the artifact that are killed: whoever was told that an export exists sees it end. */
class DeadWorkerIT {

    private static final int DOCUMENTS = 40_000;
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path directory;
    private static DataDirectory data;
    private static EmbeddedServers servers;
    private static ServiceSettings settings;
    private static ServiceProcess api;
    private static ExportClient client;

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(directory);
        servers = EmbeddedServers.start(data);
        servers.postgres().createDatabase("orders",
                "CREATE TABLE \"Order\" (id int PRIMARY KEY, text text NOT NULL)",
                "INSERT INTO \"Order\" SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, " + DOCUMENTS + ") i",
                "CREATE TABLE \"Shrinking\" AS SELECT * FROM \"Order\" WHERE id <= 20000",
                "ALTER TABLE \"Shrinking\" ADD PRIMARY KEY (id)",
                "CREATE TABLE \"Few\" (id int PRIMARY KEY)",
                "INSERT INTO \"Few\" SELECT generate_series(1, 3)");
        settings = ServiceSettings.of(servers, data)
                .with("snapshot-export.worker.heartbeat", "200ms")
                .with("snapshot-export.worker.lease", "2s")
                .with("snapshot-export.worker.roll-size", "4194304")
                .with("snapshot-export.watchdog.silence", SILENCE.toSeconds() + "s")
                .with("snapshot-export.watchdog.check-every", "500ms");
        api = ServiceProcess.startQuickly(directory.resolve("api"), settings.withRoles(true, false));
        client = new ExportClient(api.url(), data.accountKey());
    }

    @AfterAll
    static void stop() {
        if (api != null) {
            api.close();
        }
        if (servers != null) {
            servers.close();
        }
    }

    private static ServiceProcess worker(String name) {
        return ServiceProcess.startQuickly(directory.resolve(name), settings.withRoles(false, true));
    }

    private static String create(String path, String collection) {
        var request = ExportClient.request("us-std/orders", "simple", EmbeddedServers.BUCKET, path);
        request.putArray("collections").add(collection);
        return client.create(request).path("id").asText();
    }

    private static void isComplete(String id, String path, String collection, int documents, int attempt) {
        JsonNode export = client.awaitEnd(id, PATIENCE, state -> { });
        assertThat(export.path("state").asText()).as("%s%n%s", export, api.logTail()).isEqualTo("Complete");
        assertThat(export.at("/progress/attempt").asInt()).isEqualTo(attempt);
        assertThat(ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, path).countsByCollection()).isEqualTo(Map.of(collection, (long) documents));
    }

    @Test
    void anExportWhoseWorkerIsKilledInTheMiddleIsCompletedByAnother() {
        String id;
        try (ServiceProcess first = worker("first")) {
            id = create("killed", "Order");
            Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50))
                    .until(() -> client.get(id).at("/progress/documents").asInt() > 1000);
            first.kill();
        }
        assertThat(client.get(id).path("state").asText()).isEqualTo("InProgress");
        try (ServiceProcess second = worker("second")) {
            assertThat(second.isAlive()).isTrue();
            isComplete(id, "killed", "Order", DOCUMENTS, 2);
        }
    }

    /** As by a broker that has lost what the group had accepted. */
    @Test
    void whatTheShareGroupHandsOutAgainIsNotRunAgain() throws Exception {
        isNotRunAgain("again", settings, () -> {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
                Map<TopicPartition, Long> beginnings = Map.of(new TopicPartition("export-requests", 0), 0L, new TopicPartition("export-retries", 0), 0L);
                // The group must be empty, which it is some moments after its last member has left.
                Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                    admin.alterShareGroupOffsets("snapshot-export-workers", beginnings).all().get();
                    return true;
                });
            }
        });
    }

    @Test
    void anotherShareGroupIsHandedEverythingAndRunsNothingAgain() throws Exception {
        isNotRunAgain("other", settings.with("snapshot-export.kafka.share-group", "snapshot-export-workers-2"), () -> { });
    }

    /** @param handOutAgain what an operator does while there is no worker */
    private static void isNotRunAgain(String path, ServiceSettings then, Runnable handOutAgain) throws IOException {
        String id;
        try (ServiceProcess first = worker("first-of-" + path)) {
            assertThat(first.isAlive()).isTrue();
            id = create(path, "Few");
            isComplete(id, path, "Few", 3, 1);
        }
        Path file = data.s3().resolve(EmbeddedServers.BUCKET).resolve(path).resolve("manifest.json");
        String manifest = Files.readString(file);
        String waiting = create("waiting-for-" + path, "Few");
        handOutAgain.run();

        try (ServiceProcess second = ServiceProcess.startQuickly(directory.resolve("second-of-" + path), then.withRoles(false, true))) {
            isComplete(waiting, "waiting-for-" + path, "Few", 3, 1);

            assertThat(Files.readString(second.log())).contains("request passed over exportId=" + id + " attempt=1")
                    .doesNotContain("export started exportId=" + id);
        }
        assertThat(file).hasContent(manifest);
        assertThat(client.get(id).path("state").asText()).isEqualTo("Complete");
    }

    @Test
    void filesOfAKilledWorkerThatTheNextOneDoesNotWriteAreEmptied() throws Exception {
        String id;
        Path files = data.s3().resolve(EmbeddedServers.BUCKET).resolve("shrinking/collections/Shrinking");
        try (ServiceProcess first = worker("first-of-shrinking")) {
            id = create("shrinking", "Shrinking");
            Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> Files.exists(files) && count(files) > 5);
            first.kill();
        }
        long left = count(files);
        servers.postgres().execute("orders", "DELETE FROM \"Shrinking\" WHERE id > 100");
        try (ServiceProcess second = worker("second-of-shrinking")) {
            assertThat(second.isAlive()).isTrue();
            isComplete(id, "shrinking", "Shrinking", 100, 2);
        }

        ExportedFiles exported = ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, "shrinking");
        List<String> listed = exported.manifest().path("objects").findValuesAsText("key");
        List<Path> others = exported.collectionFiles().stream()
                .filter(file -> listed.stream().noneMatch(key -> key.endsWith("/" + file.getFileName()))).toList();
        assertThat(listed).hasSizeLessThan(3);
        assertThat(others).hasSizeGreaterThanOrEqualTo((int) left - listed.size()).allSatisfy(file -> assertThat(file).hasContent("[]"));
    }

    private static long count(Path files) throws IOException {
        try (Stream<Path> all = Files.list(files)) {
            return all.count();
        }
    }

    /** The first attempt reports a cause, as one that fails and cannot hand the export on; nobody hears of the others. */
    @Test
    void anExportWhoseFiveAttemptsFallSilentFailsWithTheLastCauseThatIsKnown() {
        String id = create("silent", "Few");
        ServiceSettings hasty = settings.withRoles(true, false).with("snapshot-export.watchdog.silence", "1s")
                .with("snapshot-export.worker.lease", "900ms")
                .with("snapshot-export.watchdog.check-every", "200ms");
        try (ServiceProcess watching = ServiceProcess.startQuickly(directory.resolve("hasty"), hasty)) {
            DyingWorker.accept(servers.kafka());
            report(id, "silent", state -> state.put("last_cause", "S3 answered 503 SlowDown.").putObject("possible_files")
                    .putObject("Few").put("0", 2));
            for (int attempt = 2; attempt <= 5; attempt++) {
                Map<String, String> headers = DyingWorker.accept(servers.kafka());
                assertThat(headers).containsEntry("export-id", id).containsEntry("attempt", Integer.toString(attempt));
                assertThat(headers.get("trail"))
                        .isEqualTo("{\"possible_files\":{\"Few\":{\"0\":2}},\"last_cause\":\"S3 answered 503 SlowDown.\"}");
            }
            JsonNode export = client.awaitEnd(id, PATIENCE, state -> { });

            assertThat(export.path("state").asText()).as("%s%n%s", export, watching.logTail()).isEqualTo("Failed");
            assertThat(export.at("/failure/code").asText()).isEqualTo("retries_exhausted");
            assertThat(export.at("/failure/message").asText()).contains("5 attempts").contains("S3 answered 503 SlowDown.");
        }
    }

    /** The watchdog's attempts are at their end with the first: it dies between the manifest and its last report. */
    @Test
    void anExportWhoseManifestMayBeThereIsHandedOutTwiceAsOften() {
        String id = create("committed", "Few");
        ServiceSettings hasty = settings.withRoles(true, false).with("snapshot-export.watchdog.silence", "1s")
                .with("snapshot-export.worker.lease", "900ms")
                .with("snapshot-export.watchdog.check-every", "200ms").with("snapshot-export.watchdog.attempts", "1");
        DyingWorker.accept(servers.kafka());
        report(id, "committed", state -> state.put("possible_manifest", true));
        try (ServiceProcess watching = ServiceProcess.startQuickly(directory.resolve("hasty-once"), hasty)) {
            Map<String, String> headers = DyingWorker.accept(servers.kafka());
            assertThat(headers).as(watching.logTail()).containsEntry("attempt", "2").containsEntry("trail", "{\"possible_manifest\":true}");

            JsonNode export = client.awaitEnd(id, PATIENCE, state -> { });

            assertThat(export.path("state").asText()).isEqualTo("Failed");
            assertThat(export.at("/failure/code").asText()).isEqualTo("retries_exhausted");
            assertThat(export.at("/failure/message").asText()).as("at last").contains("2 attempts").contains("`manifest.json`");
        }
    }

    private static void report(String id, String path, Consumer<ObjectNode> what) {
        ObjectNode state = ExportClient.request("us-std/orders", "simple", EmbeddedServers.BUCKET, path);
        state.put("id", id).put("state", "InProgress").put("attempt", 1).put("sequence", 1).put("account", "default")
                .put("created_at", Instant.now().toString()).put("updated_at", Instant.now().toString());
        state.putObject("progress").put("collections_total", 0).put("collections_done", 0).put("documents", 0).put("bytes", 0).put("files", 0);
        what.accept(state);
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", servers.kafka().bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("export-states", id.getBytes(StandardCharsets.US_ASCII),
                    state.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void anExportThatAWorkerAcceptedAndNeverBeganIsHandedOutAgain() {
        String id = create("accepted", "Few");
        DyingWorker.accept(servers.kafka());

        try (ServiceProcess worker = worker("other")) {
            assertThat(worker.isAlive()).isTrue();
            isComplete(id, "accepted", "Few", 3, 2);
        }
    }

    /** Three watch, two of them almost without a pause, and all see the same silence. */
    @Test
    void oneOfManyApiProcessesHandsOutAgain() {
        List<String> ids = new ArrayList<>();
        for (String path : List.of("watched-1", "watched-2", "watched-3")) {
            ids.add(create(path, "Few"));
            DyingWorker.accept(servers.kafka());
        }
        ServiceSettings hasty = settings.withRoles(true, false).with("snapshot-export.watchdog.silence", "1s")
                .with("snapshot-export.worker.lease", "900ms").with("snapshot-export.watchdog.check-every", "10ms");
        try (TopicRecords topics = new TopicRecords(connection());
                ServiceProcess second = ServiceProcess.startQuickly(directory.resolve("hasty-2"), hasty);
                ServiceProcess third = ServiceProcess.startQuickly(directory.resolve("hasty-3"), hasty)) {
            Awaitility.await().atMost(PATIENCE).until(() -> retries(topics).containsAll(ids));
            Awaitility.await("what another would have decided").during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(6))
                    .until(() -> second.isAlive() && third.isAlive());

            assertThat(retries(topics)).filteredOn(ids::contains).as(second.logTail()).containsExactlyInAnyOrderElementsOf(ids);
        }
        try (ServiceProcess worker = worker("of-watched")) {
            assertThat(worker.isAlive()).isTrue();
            isComplete(ids.get(2), "watched-3", "Few", 3, 2);
            isComplete(ids.get(0), "watched-1", "Few", 3, 2);
            isComplete(ids.get(1), "watched-2", "Few", 3, 2);
        }
    }

    private static Properties connection() {
        Properties connection = new Properties();
        connection.setProperty("bootstrap.servers", servers.kafka().bootstrapServers());
        return connection;
    }

    /** The exports that were handed out again, one entry for each time. */
    private static List<String> retries(TopicRecords topics) {
        return topics.all("export-retries").stream().map(record -> TopicRecords.headers(record).get("export-id")).toList();
    }

    @Test
    void anExportThatOnlyWaitsForAWorkerIsLeftAlone() {
        String id = create("waiting", "Few");
        Awaitility.await().during(SILENCE.multipliedBy(2)).atMost(SILENCE.multipliedBy(3))
                .until(() -> client.get(id).path("state").asText().equals("Pending"));

        try (ServiceProcess worker = worker("late")) {
            assertThat(worker.isAlive()).isTrue();
            isComplete(id, "waiting", "Few", 3, 1);
        }
    }
}
