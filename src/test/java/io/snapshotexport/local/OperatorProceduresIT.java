package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
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
        servers.postgres().createDatabase("shop");
        try (Connection connection = DriverManager.getConnection(servers.postgres().jdbcUrl("shop")); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE \"Few\" (id int PRIMARY KEY)");
            statement.execute("INSERT INTO \"Few\" SELECT generate_series(1, 3)");
        }
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

    @Test
    void anEmptyStoreGetsTheSameExportsFromTheTopics() throws Exception {
        ServiceSettings lost = ServiceSettings.of(servers, data);
        ServiceSettings empty = withStore("empty");
        servers.postgres().createDatabase("empty");
        List<JsonNode> before;
        String waiting;
        try (ServiceProcess both = ServiceProcess.startQuickly(directory.resolve("both"), lost)) {
            ExportClient client = new ExportClient(both.url(), data.accountKey());
            assertThat(endOf(client, create(client, "shop", "good"))).isEqualTo("Complete");
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

    @Test
    void aProcessThatIsStartedBeforeItsServersSaysWhatItWaitsForAndIsReadyWhenTheyAreThere() {
        servers.kafka().kill();
        try (ServiceProcess early = ServiceProcess.starting(directory.resolve("early"), withStore("later"), "256m")) {
            Awaitility.await().atMost(PATIENCE).until(() -> early.logTail().contains("waiting for Kafka")
                    && early.logTail().contains("waiting for the store"));
            assertThat(early.status("/q/health/live")).isEqualTo(200);
            assertThat(early.status("/q/health/ready")).isEqualTo(503);

            servers.postgres().createDatabase("later");
            Awaitility.await().atMost(PATIENCE).until(() -> early.logTail().contains("store is ready"));
            assertThat(early.status("/q/health/ready")).as("without Kafka").isEqualTo(503);
            assertThat(early.status("/q/health/live")).isEqualTo(200);

            servers.kafka().startAgain();
            Awaitility.await().atMost(PATIENCE).until(() -> early.status("/q/health/ready") == 200);
        }
    }
}
