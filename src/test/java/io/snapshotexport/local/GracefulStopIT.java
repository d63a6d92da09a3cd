package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.embedded.Aside;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the artifact that are asked to stop (SIGTERM), as when a new version is rolled out: nobody notices. */
class GracefulStopIT {

    private static final int DOCUMENTS = 40_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path directory;
    private static DataDirectory data;
    private static EmbeddedServers servers;
    private static ServiceSettings settings;
    private static List<ServiceProcess> apis;
    private static List<ServiceProcess> workers;
    private static ExportClient client;

    /** All four side by side; a lease is longer than all of these tests should take. */
    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(directory);
        servers = EmbeddedServers.start(data);
        servers.postgres().createDatabase("orders",
                "CREATE TABLE \"Order\" (id int PRIMARY KEY, text text NOT NULL)",
                "INSERT INTO \"Order\" SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, " + DOCUMENTS + ") i",
                "CREATE TABLE \"Few\" (id int PRIMARY KEY)",
                "INSERT INTO \"Few\" SELECT generate_series(1, 3)",
                "CREATE TABLE \"Held\" (id int PRIMARY KEY)");
        settings = ServiceSettings.of(servers, data)
                .with("quarkus.shutdown.delay", "1s")
                .with("snapshot-export.account.unfinished-exports", "10000")
                .with("snapshot-export.account.requests-per-second", "10000")
                .with("snapshot-export.account.request-burst", "10000")
                .with("snapshot-export.worker.grace", "500ms")
                .with("snapshot-export.worker.heartbeat", "200ms")
                .with("snapshot-export.worker.lanes", "1");
        var starting = Stream.of("api-1", "api-2", "worker-1", "worker-2").map(name -> Aside.supply(() ->
                ServiceProcess.startQuickly(directory.resolve(name), settings.withRoles(name.startsWith("api"), name.startsWith("worker")))))
                .toList();
        List<ServiceProcess> started = starting.stream().map(CompletableFuture::join).toList();
        apis = started.subList(0, 2);
        workers = started.subList(2, 4);
        client = new ExportClient(apis.get(0).url(), data.accountKey());
    }

    @AfterAll
    static void stop() {
        if (apis != null) {
            Stream.concat(apis.stream(), workers.stream()).forEach(ServiceProcess::kill);
        }
        if (servers != null) {
            servers.close();
        }
    }

    private static ObjectNode request(String path, String collection) {
        ObjectNode request = ExportClient.request("us-std/orders", "simple", EmbeddedServers.BUCKET, path);
        request.putArray("collections").add(collection);
        return request;
    }

    private static boolean runs(ServiceProcess worker, String id) {
        try {
            return Files.readString(worker.log()).contains("export started exportId=" + id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatAStoppedWorkerCannotFinishGoesOnElsewhereAtOnce() {
        String id = client.create(request("stopped", "Order")).path("id").asText();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50))
                .until(() -> client.get(id).at("/progress/documents").asInt() > 1000);
        ServiceProcess first = workers.stream().filter(worker -> runs(worker, id)).findFirst().orElseThrow();
        CompletableFuture<Void> stopping = Aside.run(first::stop);

        // A third of the silence after which the watchdog would do it; a worker that has just been started first has to join its group.
        Awaitility.await("next attempt").atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50))
                .until(() -> client.get(id).at("/progress/attempt").asInt() == 2);
        JsonNode export = client.awaitEnd(id, PATIENCE, state -> { });

        assertThat(export.path("state").asText()).as("%s%n%s", export, first.logTail()).isEqualTo("Complete");
        assertThat(export.at("/progress/attempt").asInt()).isEqualTo(2);
        assertThat(ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, "stopped").countsByCollection()).isEqualTo(Map.of("Order", (long) DOCUMENTS));
        stopping.join();
        assertThat(first.logTail()).contains("export handed on exportId=" + id);
        first.startAgain();
    }

    /** It runs when the worker is asked to stop, and can end only then. What is asked for meanwhile the worker leaves to others. */
    @Test
    void whatEndsWithinTheGraceIsCompleteAndNobodyElses() throws Exception {
        String next;
        workers.forEach(ServiceProcess::stop);
        try (Connection holder = DriverManager.getConnection(servers.postgres().jdbcUrl("orders")); Statement statement = holder.createStatement();
                ServiceProcess patient = ServiceProcess.startQuickly(directory.resolve("patient"),
                        settings.withRoles(false, true).with("snapshot-export.worker.grace", "20s"))) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE \"Held\"");
            String id = client.create(request("graceful", "Held")).path("id").asText();
            Awaitility.await().atMost(PATIENCE).until(() -> runs(patient, id));
            CompletableFuture<Void> stopping = Aside.run(patient::stop);
            Awaitility.await("its stop").during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).until(() -> !stopping.isDone());
            next = client.create(request("graceful-next", "Few")).path("id").asText();
            Awaitility.await("nobody").during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10))
                    .until(() -> client.get(next).path("state").asText().equals("Pending"));
            holder.rollback();
            stopping.join();

            JsonNode export = client.awaitEnd(id, PATIENCE, state -> { });
            assertThat(export.path("state").asText()).as("%s%n%s", export, patient.logTail()).isEqualTo("Complete");
            assertThat(export.at("/progress/attempt").asInt()).isOne();
            assertThat(Files.readString(patient.log())).doesNotContain("export handed on exportId=" + id, "export started exportId=" + next);
        } finally {
            workers.forEach(ServiceProcess::startAgain);
        }
        assertThat(client.awaitEnd(next, PATIENCE, state -> { }).path("state").asText()).isEqualTo("Complete");
    }

    @Test
    void aWorkerThatWaitsForASourceThatSaysNothingHandsOnAllTheSame() {
        String id = client.create(request("silent", "Order")).path("id").asText();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50))
                .until(() -> client.get(id).at("/progress/documents").asInt() > 1000);
        ServiceProcess first = workers.stream().filter(worker -> runs(worker, id)).findFirst().orElseThrow();
        servers.postgres().pause();
        try {
            first.stop();
        } finally {
            servers.postgres().resume();
        }

        assertThat(first.logTail()).contains("export handed on exportId=" + id).doesNotContain("the watchdog hands them on");
        assertThat(client.awaitEnd(id, PATIENCE, state -> { }).path("state").asText()).isEqualTo("Complete");
        first.startAgain();
    }

    @Test
    void aRollingRestartUnderLoadShowsNoFailedRequest() {
        SteadyLoad load = new SteadyLoad(apis.stream().map(ServiceProcess::url).toList(), data.accountKey(), number -> request("load/" + number, "Few"));
        try (load) {
            Stream.of(apis.get(0), workers.get(0), apis.get(1), workers.get(1)).forEach(process -> {
                process.stop();
                process.startAgain();
            });
        }

        assertThat(load.failures()).isEmpty();
        assertThat(load.created()).hasSizeGreaterThan(20);
        assertThat(load.looks()).isGreaterThan(50);
        assertThat(load.created()).allSatisfy(id ->
                assertThat(client.awaitEnd(id, Duration.ofSeconds(20), state -> { }).path("state").asText()).isEqualTo("Complete"));
    }
}
