package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.snapshotexport.deploy.Manifests;
import io.snapshotexport.deploy.PodConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes with the files and the environment that the overlay {@code production} gives to pods, but for addresses and secrets, on servers
 * that take nobody without TLS, a password and a right. None of them tells a secret in its log.
 */
class SecuredDeploymentIT {

    private static final int DOCUMENTS = 20_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ETC = "/etc/snapshot-export";

    @TempDir
    static Path directory;
    private static Manifests manifests;
    private static DataDirectory data;
    private static SecuredServers servers;
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
        servers.grantSource("orders");
        api = pod("api", "api");
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

    /** What the platform does when it starts a pod. */
    private static ServiceProcess pod(String name, String role) throws IOException {
        PodConfiguration pod = PodConfiguration.of(manifests, "snapshot-export-" + role);
        Path etc = directory.resolve(name).resolve("etc");
        for (Map.Entry<String, String> file : pod.files().entrySet()) {
            write(file.getKey().replace(ETC, etc.toString()), here(file.getValue(), etc));
        }
        for (String file : pod.secretFiles().keySet()) {
            write(file.replace(ETC, etc.toString()), servers.certificate().certificate());
        }
        Map<String, String> environment = new HashMap<>();
        pod.environment().forEach((variable, value) -> environment.put(variable, here(value, etc)));
        pod.secrets().forEach((variable, secret) -> environment.put(variable, secret(secret)));
        // One minute of silence is long for a test, and a worker that stops shall not finish first.
        ServiceSettings settings = ServiceSettings.ofS3(servers.s3())
                .with("snapshot-export.first-account-key", data.accountKey())
                .with("snapshot-export.worker.heartbeat", "200ms")
                .with("snapshot-export.worker.lease", "2s")
                .with("quarkus.shutdown.delay", "0s")
                .with("snapshot-export.worker.grace", "0s")
                .with("snapshot-export.watchdog.silence", "3s")
                .with("snapshot-export.watchdog.check-every", "500ms");
        return ServiceProcess.start(directory.resolve(name), settings, environment, "256m");
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
            case "username" -> secret.secret().equals("snapshot-export-source") ? SecuredServers.SOURCE_ROLE : SecuredServers.API_ROLE;
            case "password" -> SecuredServers.PASSWORD;
            case "key-pepper" -> data.keyPepper();
            default -> throw new IllegalArgumentException(secret.toString());
        };
    }

    private static String create(String path) {
        return client.create(ExportClient.request("us-std/orders", "simple", EmbeddedServers.BUCKET, path)).path("id").asText();
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
        try (ServiceProcess stopped = pod("stopped", "worker")) {
            id = create("orders");
            awaitMiddle(id, 1);
            stopped.stop();
            assertThat(Files.readString(stopped.log())).contains("export handed on exportId=" + id + " attempt=2");
        }
        try (ServiceProcess killed = pod("killed", "worker")) {
            awaitMiddle(id, 2);
            killed.kill();
        }
        try (ServiceProcess last = pod("last", "worker")) {
            JsonNode export = client.awaitEnd(id, PATIENCE, state -> { });
            assertThat(export.path("state").asText()).as("%s%n%s%n%s", export, api.logTail(), last.logTail()).isEqualTo("Complete");
            assertThat(export.at("/progress/attempt").asInt()).isEqualTo(3);
            assertThat(ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, "orders").countsByCollection())
                    .isEqualTo(Map.of("Order", (long) DOCUMENTS));
            putsAsideWhatIsNoRequest(last);
        }
        for (String name : List.of("api", "stopped", "killed", "last")) {
            assertThat(Files.readString(directory.resolve(name).resolve("service.log"))).as(name).isNotBlank()
                    .doesNotContain(SecuredServers.PASSWORD, data.keyPepper(), data.accountKey().substring(17));
        }
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
