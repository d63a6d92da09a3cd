package io.snapshotexport.local;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.snapshotexport.deploy.CustomResources.KafkaUser;
import io.snapshotexport.deploy.Manifests;
import io.snapshotexport.deploy.MetricsPage;
import io.snapshotexport.deploy.MetricsText;
import io.snapshotexport.deploy.PodConfiguration;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.system.TopicRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Processes with the files and the environment that the overlay {@code production} gives to pods, but for addresses and secrets, on servers
 * that take nobody without TLS, a password and a right. None of them tells a secret in its log.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredDeploymentIT {

    private static final int DOCUMENTS = 20_000;
    private static final String IGNORED = "embedded-services,topic-replicas,first-account-key";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String REQUEST_ID = "request-of-the-test";
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT_SPAN = "00f067aa0ba902b7";

    @TempDir
    static Path directory;
    private static Manifests manifests;
    private static DataDirectory data;
    private static SecuredServers servers;
    private static SecuredPods pods;
    private static OtlpReceiver traces;
    private static ServiceProcess api;
    private static ExportClient client;

    @BeforeAll
    static void start() throws Exception {
        manifests = Manifests.of("production");
        data = DataDirectory.open(directory);
        servers = SecuredServers.start(data, manifests);
        pods = new SecuredPods(manifests, servers, data);
        servers.postgres().createDatabase("orders",
                "CREATE TABLE \"Order\" (id int PRIMARY KEY, text text NOT NULL)",
                "INSERT INTO \"Order\" SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, " + DOCUMENTS + ") i");
        traces = OtlpReceiver.start();
        servers.grantSource("orders");
        migrateStore();
        api = pod("api", "api");
        client = new ExportClient(api.url(), data.accountKey());
    }

    @AfterAll
    static void stop() {
        if (api != null) {
            api.close();
        }
        if (traces != null) {
            traces.close();
        }
        if (servers != null) {
            servers.close();
        }
    }

    /** What the platform does when it starts a pod. What is ignored lies in the nature of a test on one machine. */
    private static ServiceProcess pod(String name, String role) throws IOException {
        return pod(name, role, IGNORED, Map.of());
    }

    private static ServiceProcess pod(String name, String role, String ignoredChecks, Map<String, String> more) throws IOException {
        Map<String, String> environment = pods.mount(PodConfiguration.of(manifests, "snapshot-export-" + role, role), directory.resolve(name));
        environment.putAll(more);
        // One minute of silence is long for a test, and a worker that stops shall not finish first.
        ServiceSettings settings = ServiceSettings.ofS3(servers.s3())
                .with("snapshot-export.first-account-key", data.accountKey())
                .with("snapshot-export.production.ignore", ignoredChecks)
                .with("quarkus.otel.sdk.disabled", "false")
                .with("quarkus.otel.exporter.otlp.endpoint", traces.endpoint().toString())
                .with("quarkus.otel.exporter.otlp.protocol", "http/protobuf")
                .with("quarkus.otel.bsp.schedule.delay", "100ms")
                .with("snapshot-export.worker.smallest-range", "65536")
                .with("snapshot-export.worker.heartbeat", "200ms")
                .with("snapshot-export.worker.lease", "2s")
                .with("quarkus.shutdown.delay", "0s")
                .with("snapshot-export.worker.grace", "0s")
                .with("snapshot-export.watchdog.silence", "3s")
                .with("snapshot-export.watchdog.check-every", "500ms");
        return ServiceProcess.start(directory.resolve(name), settings, environment, "256m", ServiceProcess.shortLived());
    }

    /** What the platform does before it starts the API: nobody else may make tables. */
    private static void migrateStore() throws IOException {
        PodConfiguration pod = PodConfiguration.of(manifests, "snapshot-export-api", "migrate");
        command("migrate", pod, pod.arguments().subList(1, pod.arguments().size()));
    }

    /** With what a container finds; returns what it says. */
    private static String command(String name, PodConfiguration pod, List<String> arguments) throws IOException {
        Path home = directory.resolve(name);
        int code = ServiceProcess.run(home, pods.mount(pod, home), arguments);
        String said = Files.readString(home.resolve("command.log"));
        assertThat(code).as(said).isZero();
        return said;
    }

    /** As a client that traces itself. */
    private static String create(String path) {
        return client.create(ExportClient.request("us-std/orders", "simple", EmbeddedServers.BUCKET, path),
                Map.of("X-Request-Id", REQUEST_ID, "traceparent", "00-" + TRACE_ID + "-" + CLIENT_SPAN + "-01")).path("id").asText();
    }

    private static void awaitMiddle(String id, int attempt) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
            JsonNode progress = client.get(id).path("progress");
            return progress.path("attempt").asInt() == attempt && progress.path("documents").asInt() > 1000;
        });
    }

    /**
     * One worker stops in the middle and hands the export on, the next is killed and missed, the third completes it. So every right of both
     * users is used but the API's to report an export that was missed too often.
     */
    @Test
    void anExportIsCompletedWhateverBecomesOfItsWorkers() throws Exception {
        String id;
        List<ServiceProcess> processes = new ArrayList<>(List.of(api));
        try (ServiceProcess stopped = pod("stopped", "worker")) {
            processes.add(stopped);
            id = create("orders");
            awaitMiddle(id, 1);
            stopped.stop();
            assertThat(Files.readString(stopped.log())).contains("export handed on exportId=" + id + " attempt=2");
        }
        try (ServiceProcess killed = pod("killed", "worker")) {
            processes.add(killed);
            awaitMiddle(id, 2);
            killed.kill();
        }
        try (ServiceProcess last = pod("last", "worker")) {
            processes.add(last);
            JsonNode export = client.awaitEnd(id, PATIENCE, state -> { });
            assertThat(export.path("state").asText()).as("%s%n%s%n%s", export, api.logTail(), last.logTail()).isEqualTo("Complete");
            assertThat(export.at("/progress/attempt").asInt()).isEqualTo(3);
            assertThat(ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, "orders").countsByCollection())
                    .isEqualTo(Map.of("Order", (long) DOCUMENTS));
            putsAsideWhatIsNoRequest(last);
            tellsWhatItsRoleHas(last, "worker");
            tellsWhatItsRoleHas(api, "api");
            ExportTelemetry told = new ExportTelemetry(processes, traces);
            told.logTellsOf(id, REQUEST_ID, "InProgress 1", "HandedOn 2", "InProgress 2", "HandedOn 3", "InProgress 3", "Complete 3");
            told.oneTraceLeadsFrom(CLIENT_SPAN, TRACE_ID, id);
            strangersDoNoHarm(told);
        }
        for (String name : List.of("api", "stopped", "killed", "last")) {
            assertThat(Files.readString(directory.resolve(name).resolve("service.log"))).as(name).isNotBlank()
                    .doesNotContain(SecuredServers.PASSWORD, data.keyPepper(), data.accountKey().substring(17));
        }
    }

    /** As in the README, in a container of the API: its role in the store may do that. */
    @Test
    void whoIsInTheApisContainerMakesAccountsAndKeys() throws IOException {
        PodConfiguration pod = PodConfiguration.of(manifests, "snapshot-export-api", "api");
        command("account", pod, List.of("account", "create", "acme", "--database", "us-std/acme"));
        Matcher secret = Pattern.compile("sxk_\\w+").matcher(command("key", pod, List.of("key", "create", "acme", "--name", "first", "--role", "owner")));
        assertThat(secret.find()).isTrue();

        assertThat(new ExportClient(api.url(), secret.group()).list()).isEmpty();
        assertThat(command("keys", pod, List.of("key", "list", "acme"))).contains("first");
    }

    /** With the rights of the overlay for that day, and no API process alive. */
    @Test
    void aLostStoreIsFilledFromKafka() throws IOException {
        String id = client.create(ExportClient.request("us-std/nowhere", "simple", EmbeddedServers.BUCKET, "lost")).path("id").asText();
        api.stop();
        servers.loseStore(manifests);
        migrateStore();
        PodConfiguration pod = PodConfiguration.of(Manifests.of("production-store-rebuild"), "snapshot-export-api", "api");
        command("rebuild", pod, pod.arguments().subList(1, pod.arguments().size()));
        api.startAgain();

        Awaitility.await().atMost(PATIENCE).until(() -> client.list().stream().anyMatch(export -> export.path("id").asText().equals(id)));
    }

    @Test
    void whoHasNoRightToATransactionalIdHasNoTransactions() {
        Map<String, Object> connection = new HashMap<>(servers.connection("snapshot-export-api"));
        connection.put("transactional.id", "any");
        try (var producer = new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer())) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(TransactionalIdAuthorizationException.class);
        }
    }

    /** By the audit log: of a client that names another address, and of one that a proxy names. */
    @Test
    void aClientsAddressIsTakenFromProxiesThatAreTrustedAndFromNobodyElse() throws IOException {
        try (ServiceProcess behindProxy = pod("behind-proxy", "api", IGNORED, Map.of("QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "127.0.0.1"))) {
            for (ServiceProcess asked : List.of(api, behindProxy)) {
                given().noFilters().header("X-Forwarded-For", "203.0.113.9").header("X-Request-Id", "forwarded")
                        .get(asked.url().resolve("/v2/exports")).then().statusCode(401);
            }
            assertThat(refusal(api)).contains("from=127.0.0.1 ");
            assertThat(refusal(behindProxy)).contains("from=203.0.113.9 ");
        }
    }

    private static String refusal(ServiceProcess process) throws IOException {
        return Files.readAllLines(process.log()).stream().filter(line -> line.contains("outcome=unauthorized"))
                .filter(line -> line.contains("requestId=forwarded"))
                .findFirst().orElseThrow(() -> new AssertionError(process.logTail()));
    }

    private static void tellsWhatItsRoleHas(ServiceProcess process, String role) {
        MetricsText metrics = MetricsText.parse(given().noFilters().accept(MetricsText.TYPE).get(process.url().resolve("/q/metrics")).asString());
        assertThat(metrics.types()).isEqualTo(MetricsPage.read().families(role));
    }

    /** Producers whose headers are well-formed, and such whose headers are made to look like something else. */
    private static void strangersDoNoHarm(ExportTelemetry told) throws Exception {
        try (TopicRecords topics = servers.topics()) {
            String friendly = fromKafka(topics, "nightly-1", "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01");
            String hostile = fromKafka(topics, "x\",\"exportId\":\"1\"}\nexport complete", "00-" + "c".repeat(100_000));
            for (String id : List.of(friendly, hostile)) {
                Awaitility.await().atMost(PATIENCE).until(() -> client.list().stream()
                        .anyMatch(export -> export.path("id").asText().equals(id) && export.path("state").asText().equals("Failed")));
            }
            told.logTellsOf(friendly, "nightly-1", "InProgress 1", "Failed 1");
            told.logTellsOf(hostile, null, "InProgress 1", "Failed 1");
            told.aTraceBeginsWithTheWorker(hostile);
            told.tracesOf(friendly, Set.of("a".repeat(32)));
        }
    }

    private static String fromKafka(TopicRecords topics, String requestId, String traceparent) {
        String request = ExportClient.request("us-std/nowhere", "simple", EmbeddedServers.BUCKET, "nowhere").put("account", "default").toString();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("export-requests", request.getBytes(StandardCharsets.UTF_8));
        record.headers().add("request-id", requestId.getBytes(StandardCharsets.UTF_8));
        record.headers().add("traceparent", traceparent.getBytes(StandardCharsets.UTF_8));
        RecordMetadata place = topics.write(record);
        return ExportId.of(place.timestamp(), place.partition(), place.offset()).toString();
    }

    /** By what the broker has allowed in all of the other tests. The exception is for exports that were missed too often, which the API ends. */
    @Order(Integer.MAX_VALUE)
    @Test
    void nobodyHasARightThatNobodyUses() {
        assertThat(manifests.all(KafkaUser.class)).extracting(user -> user.metadata().getName(), servers::unused).containsExactlyInAnyOrder(
                tuple("snapshot-export-api", List.of("WRITE export-states")), tuple("snapshot-export-worker", List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "topic-replicas,first-account-key | kafka.bootstrap.servers leads to 127.0.0.1, this machine,",
        "embedded-services,first-account-key | topics have one replica: export-requests, export-requests-dead, export-retries, export-states;"})
    void aProcessWithAnUnsafeSettingDoesNotStartAndSaysWhy(String ignored, String why) {
        assertThatThrownBy(() -> pod("refused", "api", ignored, Map.of())).hasMessageContaining("ends with code 1 before it is ready")
                .hasMessageContaining("refusing to start: ").hasMessageContaining(why);
    }

    private static void putsAsideWhatIsNoRequest(ServiceProcess worker) {
        try (TopicRecords topics = servers.topics()) {
            topics.write("export-requests", "no request");
            Awaitility.await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(topics.all("export-requests-dead")).as(worker.logTail()).hasSize(1));
        }
    }
}
