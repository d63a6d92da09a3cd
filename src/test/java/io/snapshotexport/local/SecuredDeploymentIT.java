package io.snapshotexport.local;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.snapshotexport.deploy.CustomResources;
import io.snapshotexport.deploy.Manifests;
import io.snapshotexport.deploy.MetricsPage;
import io.snapshotexport.deploy.MetricsText;
import io.snapshotexport.deploy.PodConfiguration;
import io.snapshotexport.export.ExportId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Processes with the files and the environment that the overlay {@code production} gives to pods, but for addresses and secrets, on servers
 * that take nobody without TLS, a password and a right. None of them tells a secret in its log.
 */
class SecuredDeploymentIT {

    private static final int DOCUMENTS = 20_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ETC = "/etc/snapshot-export";
    private static final String REQUEST_ID = "request-of-the-test";
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT_SPAN = "00f067aa0ba902b7";

    @TempDir
    static Path directory;
    private static Manifests manifests;
    private static DataDirectory data;
    private static SecuredServers servers;
    private static OtlpReceiver traces;
    private static ServiceProcess api;
    private static ExportClient client;

    @BeforeAll
    static void start() throws Exception {
        manifests = Manifests.of("production");
        data = DataDirectory.open(directory);
        servers = SecuredServers.start(data, manifests);
        servers.postgres().createDatabase("orders");
        try (Connection connection = DriverManager.getConnection(servers.postgres().jdbcUrl("orders"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE \"Order\" (id int PRIMARY KEY, text text NOT NULL)");
            statement.execute("INSERT INTO \"Order\" SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, " + DOCUMENTS + ") i");
        }
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
        return pod(name, role, "embedded-services,topic-replicas,first-account-key");
    }

    private static ServiceProcess pod(String name, String role, String ignoredChecks) throws IOException {
        Map<String, String> environment = mount(PodConfiguration.of(manifests, "snapshot-export-" + role, role), directory.resolve(name));
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
        return ServiceProcess.start(directory.resolve(name), settings, environment, "256m", ServiceProcess.SHORT_LIVED);
    }

    /** What the platform does before it starts the API: nobody else may make tables. */
    private static void migrateStore() throws IOException {
        PodConfiguration pod = PodConfiguration.of(manifests, "snapshot-export-api", "migrate");
        Path home = directory.resolve("migrate");
        int code = ServiceProcess.run(home, mount(pod, home), pod.arguments().subList(1, pod.arguments().size()));
        assertThat(code).as(Files.readString(home.resolve("command.log"))).isZero();
    }

    /** Puts the files of a container below the directory. @return its environment */
    private static Map<String, String> mount(PodConfiguration pod, Path home) throws IOException {
        Path etc = home.resolve("etc");
        for (Map.Entry<String, String> file : pod.files().entrySet()) {
            write(file.getKey().replace(ETC, etc.toString()), here(file.getValue(), etc));
        }
        for (String file : pod.secretFiles().keySet()) {
            write(file.replace(ETC, etc.toString()), servers.certificate().certificate());
        }
        Map<String, String> environment = new HashMap<>();
        pod.environment().forEach((variable, value) -> environment.put(variable, here(value, etc)));
        pod.secrets().forEach((variable, secret) -> environment.put(variable, secret(secret)));
        return environment;
    }

    private static void write(String file, String content) throws IOException {
        Files.createDirectories(Path.of(file).getParent());
        Files.writeString(Path.of(file), content);
    }

    private static String here(String text, Path etc) {
        String postgres = "127.0.0.1:" + servers.postgres().port();
        return text.replace(ETC, etc.toString())
                .replace("kafka-kafka-bootstrap.kafka.svc:9093", servers.kafka().securedServers())
                .replace("snapshot-export-store-rw:5432", postgres)
                .replace("shop.databases.svc:5432", postgres);
    }

    private static String secret(PodConfiguration.SecretKey secret) {
        return switch (secret.key()) {
            case "sasl.jaas.config" -> SecuredServers.login(secret.secret());
            case "username" -> username(secret.secret());
            case "password" -> SecuredServers.PASSWORD;
            case "key-pepper" -> data.keyPepper();
            default -> throw new IllegalArgumentException(secret.toString());
        };
    }

    /** Of whoever the secret is for. */
    private static String username(String secret) {
        CustomResources.Cluster.Spec store = manifests.all(CustomResources.Cluster.class).get(0).spec();
        return switch (secret) {
            case "snapshot-export-source" -> SecuredServers.SOURCE_ROLE;
            case "snapshot-export-store-app" -> store.bootstrap().initdb().owner();
            default -> store.managed().roles().stream().filter(role -> role.passwordSecret().name().equals(secret)).findFirst()
                    .orElseThrow().name();
        };
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

    private static void tellsWhatItsRoleHas(ServiceProcess process, String role) {
        MetricsText metrics = MetricsText.parse(given().noFilters().accept(MetricsText.TYPE).get(process.url().resolve("/q/metrics")).asString());
        assertThat(metrics.types()).isEqualTo(MetricsPage.read().families(role));
    }

    /** Producers whose headers are well-formed, and such whose headers are made to look like something else. */
    private static void strangersDoNoHarm(ExportTelemetry told) throws Exception {
        Map<String, Object> direct = Map.of("bootstrap.servers", servers.kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(direct, new ByteArraySerializer(), new ByteArraySerializer())) {
            String friendly = fromKafka(producer, "nightly-1", "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01");
            String hostile = fromKafka(producer, "x\",\"exportId\":\"1\"}\nexport complete", "00-" + "c".repeat(100_000));
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

    private static String fromKafka(KafkaProducer<byte[], byte[]> producer, String requestId, String traceparent) throws Exception {
        String request = ExportClient.request("us-std/nowhere", "simple", EmbeddedServers.BUCKET, "nowhere").put("account", "default").toString();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("export-requests", request.getBytes(StandardCharsets.UTF_8));
        record.headers().add("request-id", requestId.getBytes(StandardCharsets.UTF_8));
        record.headers().add("traceparent", traceparent.getBytes(StandardCharsets.UTF_8));
        RecordMetadata place = producer.send(record).get();
        return ExportId.of(place.timestamp(), place.partition(), place.offset()).toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "topic-replicas,first-account-key | kafka.bootstrap.servers leads to 127.0.0.1, this machine,",
        "embedded-services,first-account-key | topics have one replica: export-requests, export-requests-dead, export-retries, export-states;"})
    void aProcessWithAnUnsafeSettingDoesNotStartAndSaysWhy(String ignored, String why) {
        assertThatThrownBy(() -> pod("refused", "api", ignored)).hasMessageContaining("ends with code 1 before it is ready")
                .hasMessageContaining("refusing to start: ").hasMessageContaining(why);
    }

    private static void putsAsideWhatIsNoRequest(ServiceProcess worker) {
        Map<String, Object> direct = Map.of("bootstrap.servers", servers.kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(direct, new ByteArraySerializer(), new ByteArraySerializer());
                var consumer = new KafkaConsumer<>(direct, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            producer.send(new ProducerRecord<>("export-requests", 0, null, "no request".getBytes(StandardCharsets.UTF_8)));
            producer.flush();
            List<TopicPartition> dead = consumer.partitionsFor("export-requests-dead").stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition())).toList();
            Awaitility.await().atMost(PATIENCE).untilAsserted(() ->
                    assertThat(consumer.endOffsets(dead).values().stream().mapToLong(Long::longValue).sum()).as(worker.logTail()).isOne());
        }
    }
}
