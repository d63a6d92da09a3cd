package io.snapshotexport.ops.production;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.account.AccountConfig;
import io.snapshotexport.messaging.TopicReplication;
import io.snapshotexport.s3.S3Config;
import io.snapshotexport.source.postgres.PostgresSourceConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks as they read the real configuration: the defaults of the artifact, and above them what an operator has set. */
class ProductionChecksTest {

    private static final Map<String, String> SAFE = Map.of(
            "snapshot-export.production", "true",
            "kafka.bootstrap.servers", "kafka-0.example.com:9093,kafka-1.example.com:9093",
            "kafka.security.protocol", "SASL_SSL",
            "snapshot-export.account.key-pepper", "0123456789abcdef0123456789abcdef",
            "snapshot-export.store.url", "postgresql://store.example.com:5432/snapshot_export?sslmode=verify-full",
            "snapshot-export.postgresql.us-std.url", "jdbc:postgresql://shop.example.com:5432?sslmode=verify-full");
    private static final List<TopicReplication> SAFE_TOPICS = List.of(new TopicReplication("export-requests", 3, 2));

    private static SmallRyeConfig config(Map<String, String> settings) {
        Map<String, String> values = new TreeMap<>();
        Properties defaults = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            defaults.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        defaults.forEach((key, value) -> values.put(key.toString(), value.toString()));
        values.putAll(settings);
        return new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(values, "test", 250))
                .withMapping(ProductionConfig.class).withMapping(AccountConfig.class).withMapping(PostgresSourceConfig.class)
                .withMapping(S3Config.class).build();
    }

    private static List<SettingsCheck> settingsChecks(SmallRyeConfig config) {
        boolean api = config.getValue("snapshot-export.role.api", Boolean.class);
        boolean worker = config.getValue("snapshot-export.role.worker", Boolean.class);
        String brokers = config.getValue("kafka.bootstrap.servers", String.class);
        String store = config.getValue("snapshot-export.store.url", String.class);
        PostgresSourceConfig sources = config.getConfigMapping(PostgresSourceConfig.class);
        S3Config s3 = config.getConfigMapping(S3Config.class);
        return List.of(
                new KafkaPlainText(brokers, config.getOptionalValue("kafka.security.protocol", String.class).orElse("PLAINTEXT")),
                new KeyPepper(api, config.getConfigMapping(AccountConfig.class)),
                new FirstAccountKey(api, config.getOptionalValue("snapshot-export.first-account-key", String.class)),
                new ReplicationFactor(config.getOptionalValue("snapshot-export.kafka.replication-factor", Short.class)),
                new StorePlainText(api, store), new SourcePlainText(worker, sources), new S3PlainText(worker, s3),
                new StaticS3Credentials(worker, s3), new EmbeddedServices(api, worker, brokers, store, sources, s3));
    }

    private static List<TopicsCheck> topicsChecks() {
        return List.of(new TopicReplicas(), new MinInsyncReplicas());
    }

    private static ProductionChecks checks(Map<String, String> settings) {
        SmallRyeConfig config = config(settings);
        return new ProductionChecks(config.getConfigMapping(ProductionConfig.class), settingsChecks(config), topicsChecks());
    }

    private static Map<String, String> safeBut(String... settings) {
        Map<String, String> changed = new TreeMap<>(SAFE);
        for (int i = 0; i < settings.length; i += 2) {
            changed.put(settings[i], settings[i + 1]);
        }
        return changed;
    }

    @Test
    void haveNothingToSayOfASafeDeployment() {
        assertThat(checks(SAFE).refusals()).isEmpty();
        assertThat(checks(SAFE).refusals(SAFE_TOPICS)).isEmpty();
        assertThat(settingsChecks(config(SAFE))).allSatisfy(check -> assertThat(check.findings()).isEmpty());
        assertThat(topicsChecks()).allSatisfy(check -> assertThat(check.findings(SAFE_TOPICS)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kafka-plain-text | kafka.security.protocol | PLAINTEXT | is PLAINTEXT and kafka.bootstrap.servers names kafka-0.example.com",
        "kafka-plain-text | kafka.security.protocol | sasl_plaintext | kafka.security.protocol is SASL_PLAINTEXT",
        "key-pepper | snapshot-export.account.key-pepper | snapshot-export | is the one that everybody knows",
        "key-pepper | snapshot-export.account.key-pepper | s3cret-of-ours | has fewer than 16 characters",
        "first-account-key | snapshot-export.first-account-key | sxk_s3cret | snapshot-export.first-account-key is set",
        "replication-factor | snapshot-export.kafka.replication-factor | 1 | replication-factor is 1",
        "store-plain-text | snapshot-export.store.url | postgresql://a.example.com/db?password=s3cret | leads to a.example.com without an sslmode",
        "store-plain-text | snapshot-export.store.url | postgresql://u:s3cret@a.example.com/db?sslmode=prefer | a.example.com with sslmode=prefer",
        "store-plain-text | snapshot-export.store.url | postgresql://a.example.com/db?sslmode=disable&ssl=true | with sslmode=disable",
        "store-plain-text | snapshot-export.store.url | postgresql://a.example.com/db?ssl=true | leads to a.example.com without an sslmode",
        "store-plain-text | snapshot-export.store.url | postgresql://a.example.com/db?sslmode=require&sslmode=allow | with sslmode=allow",
        "source-plain-text | snapshot-export.postgresql.us-std.url | jdbc:postgresql://a.example.com?ssl=true&sslmode=allow | with sslmode=allow",
        "s3-plain-text | snapshot-export.s3.endpoint | HTTP://minio.example.com:9000 | endpoint is http://minio.example.com,",
        "source-plain-text | snapshot-export.postgresql.us-std.url | jdbc:postgresql://127.0.0.2,b.example.com | url leads to 127.0.0.2, b.ex",
        "s3-plain-text | snapshot-export.s3.endpoint | http://u:s3cret@minio.example.com:9000 | endpoint is http://minio.example.com,",
        "embedded-services | kafka.bootstrap.servers | localhost:9092 | kafka.bootstrap.servers leads to localhost",
        "embedded-services | snapshot-export.store.url | postgresql://[::1]:5432/db | store.url leads to ::1",
        "embedded-services | snapshot-export.postgresql.us-std.url | jdbc:postgresql://127.0.0.1:5432 | us-std.url leads to 127.0.0.1",
        "embedded-services | snapshot-export.s3.endpoint | http://localhost:9000 | s3.endpoint leads to localhost"})
    void refuseAnUnsafeSettingByName(String name, String setting, String value, String sentence) {
        List<String> refusals = checks(safeBut(setting, value)).refusals();

        // Two hosts of one source may be wrong in two ways.
        assertThat(refusals).anySatisfy(refusal -> assertThat(refusal).contains(sentence)
                .endsWith("To start all the same: snapshot-export.production.ignore=" + name));
        assertThat(refusals).noneMatch(refusal -> refusal.contains("s3cret"));
        assertThat(checks(safeBut(setting, value, "snapshot-export.production.ignore", "embedded-services," + name)).refusals()).isEmpty();
        assertThat(checks(safeBut(setting, value, "snapshot-export.production", "false")).refusals()).isEmpty();
    }

    @Test
    void takeWhatTheDriverOfASourceTakesForTls() {
        assertThat(checks(safeBut("snapshot-export.postgresql.us-std.url", "jdbc:postgresql://shop.example.com:5432?ssl=true")).refusals()).isEmpty();
    }

    @Test
    void onlyWarnOfCredentialsThatDoNotEnd() {
        Map<String, String> settings = safeBut("snapshot-export.s3.access-key-id", "AKIAS3CRET");

        assertThat(checks(settings).refusals()).isEmpty();
        assertThat(new StaticS3Credentials(true, config(settings).getConfigMapping(S3Config.class)).findings()).singleElement().asString()
                .contains("snapshot-export.s3.access-key-id").doesNotContain("AKIAS3CRET");
    }

    @Test
    void lookAtTheSettingsOfTheRolesAlone() {
        Map<String, String> worker = safeBut("snapshot-export.role.api", "false", "snapshot-export.account.key-pepper", "snapshot-export",
                "snapshot-export.store.url", "postgresql://localhost:5432/snapshot_export", "snapshot-export.first-account-key", "sxk_any");
        Map<String, String> api = safeBut("snapshot-export.role.worker", "false", "snapshot-export.s3.endpoint", "http://minio.example.com",
                "snapshot-export.postgresql.us-std.url", "jdbc:postgresql://shop.example.com");

        assertThat(checks(worker).refusals()).isEmpty();
        assertThat(checks(api).refusals()).isEmpty();
    }

    @Test
    void refuseTopicsThatLieOnOneBroker() {
        List<TopicReplication> topics = List.of(new TopicReplication("export-states", 1, 1), new TopicReplication("export-requests", 3, 1));

        assertThat(checks(SAFE).refusals(topics)).singleElement().asString().startsWith("topics have one replica: export-states;")
                .endsWith("To start all the same: snapshot-export.production.ignore=topic-replicas");
        assertThat(checks(safeBut("snapshot-export.production.ignore", "topic-replicas")).refusals(topics)).isEmpty();
        assertThat(new MinInsyncReplicas().findings(topics)).singleElement().asString().contains("export-requests, export-states");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void doNotTakeANameThatTheyDoNotKnow(String production) {
        assertThat(checks(safeBut("snapshot-export.production", production, "snapshot-export.production.ignore", "topic-replicas,key-peper"))
                .refusals()).singleElement().asString()
                .startsWith("snapshot-export.production.ignore names key-peper, which is no check; known are embedded-services, ")
                .contains("key-pepper", "topic-replicas");
    }

    @Test
    void standInTheDocument() throws IOException {
        List<ProductionCheck> checks = new ArrayList<>(settingsChecks(config(SAFE)));
        checks.addAll(topicsChecks());

        assertThat(checks.stream().map(check -> check.getClass().getName())).containsExactlyInAnyOrderElementsOf(
                new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.snapshotexport.ops.production")
                        .stream().filter(type -> !type.isInterface() && type.isAssignableTo(ProductionCheck.class))
                        .map(type -> type.getName()).toList());
        try (Stream<String> lines = Files.lines(Path.of("deploy/PRODUCTION.md"))) {
            Map<String, String> documented = lines.filter(line -> line.startsWith("| `")).map(line -> line.split("\\|"))
                    .collect(Collectors.toMap(cells -> cells[1].strip().replace("`", ""), cells -> cells[2].strip()));
            assertThat(documented).isEqualTo(checks.stream().collect(Collectors.toMap(ProductionCheck::name,
                    check -> check.severity() == ProductionCheck.Severity.SEVERE ? "refuses" : "warns")));
        }
    }
}
