package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.snapshotexport.system.TopicRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/FAILURES.md} tells operators of starting processes and of a store that is lost. */
class OperatorProceduresIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    static Path directory;
    private static DataDirectory data;
    private static EmbeddedServers servers;

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(directory);
        servers = EmbeddedServers.start(data);
        servers.postgres().createDatabase("shop",
                "CREATE TABLE \"Few\" (id int PRIMARY KEY)",
                "INSERT INTO \"Few\" SELECT generate_series(1, 3)");
    }

    @AfterAll
    static void stop() {
        if (servers != null) {
            servers.close();
        }
    }

    private static ServiceSettings withStore(String database) {
        return ServiceSettings.of(servers, data)
                .with("snapshot-export.store.url", "postgresql://127.0.0.1:" + servers.postgres().port() + "/" + database);
    }

    private static String create(ExportClient client, String database, String path) {
        return client.create(ExportClient.request("us-std/" + database, "simple", EmbeddedServers.BUCKET, path)).path("id").asText();
    }

    private static String endOf(ExportClient client, String id) {
        return client.awaitEnd(id, PATIENCE, state -> { }).path("state").asText();
    }

    private static int rebuild(ServiceSettings settings) {
        return ServiceProcess.run(directory.resolve("command"), settings, "store", "rebuild");
    }

    /** The first word about it is the log's last now. */
    private static void reportOnceMore(String id) {
        Properties kafka = new Properties();
        kafka.put("bootstrap.servers", servers.kafka().bootstrapServers());
        try (TopicRecords topics = new TopicRecords(kafka)) {
            ConsumerRecord<byte[], byte[]> first = topics.all("export-states").stream()
                    .filter(record -> TopicRecords.text(record.key()).equals(id)).findFirst().orElseThrow();
            assertThat(TopicRecords.text(first.value())).contains("InProgress");
            topics.write(new ProducerRecord<>(first.topic(), null, first.key(), first.value(), first.headers()));
        }
    }

    @Test
    void anEmptyStoreGetsTheSameExportsFromTheTopics() throws Exception {
        ServiceSettings lost = ServiceSettings.of(servers, data);
        ServiceSettings empty = withStore("empty");
        servers.postgres().createDatabase("empty");
        List<JsonNode> before;
        String done;
        String waiting;
        try (ServiceProcess both = ServiceProcess.startQuickly(directory.resolve("both"), lost)) {
            ExportClient client = new ExportClient(both.url(), data.accountKey());
            done = create(client, "shop", "good");
            assertThat(endOf(client, done)).isEqualTo("Complete");
            assertThat(endOf(client, create(client, "no_shop", "bad"))).isEqualTo("Failed");

            assertThat(rebuild(empty)).as("while a process reads the logs").isEqualTo(1);
        }
        assertThat(Files.readString(directory.resolve("command/command.log"))).contains("stop them all").doesNotContain("\tat ");
        try (ServiceProcess api = ServiceProcess.startQuickly(directory.resolve("api"), lost.withRoles(true, false))) {
            ExportClient client = new ExportClient(api.url(), data.accountKey());
            waiting = create(client, "shop", "waiting");
            before = client.list();
        }
        assertThat(before).extracting(export -> export.path("state").asText()).containsExactly("Pending", "Failed", "Complete");
        reportOnceMore(done);

        assertThat(rebuild(empty)).as("exit code").isZero();
        try (ServiceProcess api = ServiceProcess.startQuickly(directory.resolve("rebuilt"), empty.withRoles(true, false))) {
            ExportClient client = new ExportClient(api.url(), data.accountKey());
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.list()).isEqualTo(before));

            try (ServiceProcess worker = ServiceProcess.startQuickly(directory.resolve("worker"), empty.withRoles(false, true))) {
                assertThat(worker.isAlive()).isTrue();
                assertThat(endOf(client, waiting)).isEqualTo("Complete");
            }
        }
    }

    /** A worker needs Kafka alone. */
    @Test
    void processesThatAreStartedBeforeTheirServersSayWhatTheyWaitForAndAreReadyWhenTheyAreThere() {
        servers.kafka().kill();
        servers.postgres().kill();
        ServiceSettings later = withStore("later");
        try (ServiceProcess both = ServiceProcess.starting(directory.resolve("early"), later, "256m");
                ServiceProcess api = ServiceProcess.starting(directory.resolve("early-api"), later.withRoles(true, false), "256m");
                ServiceProcess worker = ServiceProcess.starting(directory.resolve("early-worker"), later.withRoles(false, true), "256m")) {
            List<ServiceProcess> early = List.of(both, api, worker);
            Awaitility.await().atMost(PATIENCE).until(() -> early.stream().allMatch(process -> process.logTail().contains("waiting for Kafka"))
                    && Stream.of(both, api).allMatch(process -> process.logTail().contains("waiting for the store")));
            assertThat(early).as("without any server").allSatisfy(OperatorProceduresIT::isAliveAndNotReady);
            assertThat(early).as("Hibernate has asked for no server").allSatisfy(process ->
                    assertThat(process.log()).content().doesNotContain("[o.h."));

            servers.postgres().startAgain();
            Awaitility.await().atMost(PATIENCE).until(() -> Stream.of(both, api)
                    .allMatch(process -> process.logTail().contains("database \"later\" does not exist")));
            assertThat(early).as("without the store's database").allSatisfy(OperatorProceduresIT::isAliveAndNotReady);

            servers.postgres().createDatabase("later");
            Awaitility.await().atMost(PATIENCE).until(() -> Stream.of(both, api).allMatch(process -> process.logTail().contains("store is ready")));
            assertThat(early).as("without Kafka").allSatisfy(OperatorProceduresIT::isAliveAndNotReady);

            servers.kafka().startAgain();
            Awaitility.await().atMost(PATIENCE).until(() -> early.stream().allMatch(process -> process.status("/q/health/ready") == 200));
            assertThat(worker.logTail()).doesNotContain("the store");
        }
    }

    private static void isAliveAndNotReady(ServiceProcess process) {
        assertThat(process.status("/q/health/live")).as(process.logTail()).isEqualTo(200);
        assertThat(process.status("/q/health/ready")).as(process.logTail()).isEqualTo(503);
    }
}
