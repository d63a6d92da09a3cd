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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store is lost: what {@code deploy/FAILURES.md} tells the operator to do brings every export back. */
class RebuiltStoreIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private static String create(ExportClient client, String database, String path) {
        return client.create(ExportClient.request("us-std/" + database, "simple", EmbeddedServers.BUCKET, path)).path("id").asText();
    }

    private int rebuild(ServiceSettings settings) {
        return ServiceProcess.run(directory.resolve("command"), settings, "store", "rebuild");
    }

    @Test
    void anEmptyStoreGetsTheSameExportsFromTheTopics() throws Exception {
        DataDirectory data = DataDirectory.open(directory);
        try (EmbeddedServers servers = EmbeddedServers.start(data)) {
            servers.postgres().createDatabase("shop");
            try (Connection connection = DriverManager.getConnection(servers.postgres().jdbcUrl("shop")); Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE \"Few\" (id int PRIMARY KEY)");
                statement.execute("INSERT INTO \"Few\" SELECT generate_series(1, 3)");
            }
            servers.postgres().createDatabase("empty");
            ServiceSettings lost = ServiceSettings.of(servers, data);
            ServiceSettings empty = lost.with("snapshot-export.store.url", "postgresql://127.0.0.1:" + servers.postgres().port() + "/empty");

            List<JsonNode> before;
            String waiting;
            try (ServiceProcess both = ServiceProcess.start(directory.resolve("both"), lost, "256m")) {
                ExportClient client = new ExportClient(both.url(), data.accountKey());
                assertThat(client.awaitEnd(create(client, "shop", "good"), PATIENCE, state -> { }).path("state").asText()).isEqualTo("Complete");
                assertThat(client.awaitEnd(create(client, "no_shop", "bad"), PATIENCE, state -> { }).path("state").asText()).isEqualTo("Failed");

                assertThat(rebuild(empty)).as("while a process reads the logs").isEqualTo(1);
            }
            assertThat(Files.readString(directory.resolve("command/command.log"))).contains("stop them all").doesNotContain("\tat ");
            try (ServiceProcess api = ServiceProcess.start(directory.resolve("api"), lost.withRoles(true, false), "256m")) {
                ExportClient client = new ExportClient(api.url(), data.accountKey());
                waiting = create(client, "shop", "waiting");
                before = client.list();
            }
            assertThat(before).extracting(export -> export.path("state").asText()).containsExactly("Pending", "Failed", "Complete");

            assertThat(rebuild(empty)).as("exit code").isZero();
            try (ServiceProcess api = ServiceProcess.start(directory.resolve("rebuilt"), empty.withRoles(true, false), "256m")) {
                ExportClient client = new ExportClient(api.url(), data.accountKey());
                Awaitility.await().atMost(PATIENCE).until(() -> client.list().size() == before.size());
                Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.list()).isEqualTo(before));

                try (ServiceProcess worker = ServiceProcess.start(directory.resolve("worker"), empty.withRoles(false, true), "256m")) {
                    assertThat(worker.isAlive()).isTrue();
                    assertThat(client.awaitEnd(waiting, PATIENCE, state -> { }).path("state").asText()).isEqualTo("Complete");
                }
            }
        }
    }
}
