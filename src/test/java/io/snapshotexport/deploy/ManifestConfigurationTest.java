package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.ops.ConfigurationKeys;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the manifests configure, the code reads: every key exists, every value is one, every file is mounted. */
class ManifestConfigurationTest {

    private static final Set<String> NOT_CONFIGURATION = Set.of("SMALLRYE_CONFIG_LOCATIONS", "JDK_JAVA_OPTIONS");
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([A-Z_]+)}");

    private static Properties read(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return properties;
    }

    @ParameterizedTest
    @CsvSource({"small,api,api", "small,worker,worker", "production,api,migrate", "production,api,api", "production,worker,worker"})
    void everyKeyIsOneThatTheCodeReads(String overlay, String role, String container) throws IOException {
        PodConfiguration pod = PodConfiguration.of(Manifests.of(overlay), "snapshot-export-" + role, container);
        Set<Pattern> frameworks = ConfigurationKeys.ofTheFrameworks().stream()
                .map(key -> Pattern.compile(key.replace(".", "\\.").replaceAll("\\*$", ".+").replace("*", "[^.]+"))).collect(Collectors.toSet());
        Set<Pattern> ours = ConfigurationKeys.ofTheService().stream()
                .map(key -> Pattern.compile(key.replace(".", "\\.").replace("<name>", "[a-z-]+")))
                .collect(Collectors.toSet());
        Set<String> kafka = AdminClientConfig.configNames();
        Set<String> used = pod.files().values().stream().flatMap(text -> EXPRESSION.matcher(text).results().map(found -> found.group(1)))
                .collect(Collectors.toSet());

        for (String text : pod.files().values()) {
            assertThat(read(text).stringPropertyNames()).contains("config_ordinal").filteredOn(key -> !key.equals("config_ordinal")).allMatch(key ->
                    key.startsWith("kafka.") ? kafka.contains(key.substring("kafka.".length()))
                            : Stream.of(frameworks, ours).flatMap(Set::stream).anyMatch(known -> known.matcher(key).matches()));
        }
        assertThat(Stream.concat(pod.environment().keySet().stream(), pod.secrets().keySet().stream()))
                .allMatch(name -> NOT_CONFIGURATION.contains(name) || used.contains(name)
                        || isKafkas(name, kafka) || isOurs(name));
        assertThat(used).isSubsetOf(pod.secrets().keySet());
    }

    private static boolean isKafkas(String name, Set<String> kafka) {
        return name.startsWith("KAFKA_") && kafka.contains(name.substring("KAFKA_".length()).toLowerCase().replace('_', '.'));
    }

    /** By the rule of MicroProfile Config. */
    private static boolean isOurs(String name) {
        try {
            return ConfigurationKeys.ofTheService().stream().anyMatch(key -> key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase().equals(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"small,api,api", "small,worker,worker", "production,api,migrate", "production,api,api", "production,worker,worker"})
    void everyFileThatIsReadIsMounted(String overlay, String role, String container) throws IOException {
        PodConfiguration pod = PodConfiguration.of(Manifests.of(overlay), "snapshot-export-" + role, container);

        assertThat(pod.locations()).containsExactlyInAnyOrderElementsOf(pod.files().keySet());
        Set<String> certificates = pod.files().values().stream()
                .flatMap(text -> Pattern.compile("/etc/snapshot-export/tls/[a-z/.]+").matcher(text).results().map(found -> found.group()))
                .collect(Collectors.toSet());
        assertThat(certificates).isNotEmpty().isEqualTo(pod.secretFiles().keySet());
    }

    /** The code's own mappings take it: no unknown key, no value of a wrong kind, nothing missing. */
    @ParameterizedTest
    @CsvSource({"small,api,api", "small,worker,worker", "production,api,migrate", "production,api,api", "production,worker,worker"})
    void theCodeTakesIt(String overlay, String role, String container) throws IOException {
        PodConfiguration pod = PodConfiguration.of(Manifests.of(overlay), "snapshot-export-" + role, container);
        Map<String, String> environment = new HashMap<>(pod.environment());
        pod.secrets().keySet().forEach(name -> environment.put(name, "secret of " + name));
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withSources(new EnvConfigSource(environment, 300))
                .withSources(source("application.properties", Files.readString(Path.of("src/main/resources/application.properties")), 250));
        for (String location : pod.locations()) {
            builder.withSources(source(location, pod.files().get(location), 275));
        }
        ConfigurationKeys.mappings().forEach(builder::withMapping);

        SmallRyeConfig config = builder.build();

        if (container.equals(role)) {
            assertThat(List.of(config.getRawValue("snapshot-export.role.api"), config.getRawValue("snapshot-export.role.worker")))
                    .isEqualTo(role.equals("api") ? List.of("true", "false") : List.of("false", "true"));
        }
        if (role.equals("api")) {
            assertThat(config.getValue("quarkus.datasource.password", String.class)).isEqualTo("secret of SNAPSHOT_EXPORT_STORE_PASSWORD");
            assertThat(config.getValue("quarkus.datasource.jdbc.url", String.class)).contains("sslmode=verify-full");
        } else {
            assertThat(config.getValue("snapshot-export.postgresql.us-std.password", String.class)).isEqualTo("secret of SOURCE_PASSWORD");
            assertThat(config.getValue("snapshot-export.postgresql.us-std.url", String.class)).contains("sslmode=verify-full");
        }
    }

    private static PropertiesConfigSource source(String name, String text, int ordinal) throws IOException {
        Map<String, String> values = new HashMap<>();
        read(text).forEach((key, value) -> values.put(key.toString(), value.toString()));
        return new PropertiesConfigSource(values, name, ordinal);
    }
}
