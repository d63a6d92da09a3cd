package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A native executable has only what somebody has named to its builder, or what code refers to. Here everything that is found by a name at run
 * time is looked up in what the build hands to the builder.
 */
class NativeReachabilityIT {

    private static final NativeSources SOURCES = NativeSources.ofTheBuild();
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.snapshotexport");
    private static final String BROTLI = "com.aayushatharva.brotli4j";
    private static final String TCNATIVE = "io.netty.internal.tcnative";
    /** Refers to a library that is not there, which the builder would not bear; deploy/README.md says what to set instead. */
    private static final String NEEDS_JOSE = "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator";

    /** Serializers, assignors, metrics reporters, token retrievers and whatever a later client has: what a key stands for if nobody sets it. */
    @Test
    void classesThatKafkaTakesByDefault() {
        Set<String> defaults = new TreeSet<>();
        for (ConfigDef keys : List.of(AdminClientConfig.configDef(), ProducerConfig.configDef(), ConsumerConfig.configDef())) {
            keys.configKeys().values().forEach(key -> {
                if (key.defaultValue instanceof Class<?> type) {
                    defaults.add(type.getName());
                } else if (key.defaultValue instanceof List<?> values) {
                    values.stream().map(NativeReachabilityIT::name).filter(name -> name.startsWith("org.apache.kafka.")).forEach(defaults::add);
                }
            });
        }
        defaults.remove(NEEDS_JOSE);

        assertThat(defaults).contains("org.apache.kafka.common.metrics.JmxReporter",
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor").allMatch(SOURCES::isInstantiable);
    }

    private static String name(Object value) {
        return value instanceof Class<?> type ? type.getName() : value.toString();
    }

    /** The builder links everything, also what is never used: a method that is missing where Netty calls it ends the build. */
    @Test
    void whatNettyCallsOfItsNativeLibraries() {
        JavaClasses netty = new ClassFileImporter().importPackages("io.netty.handler.ssl", "io.netty.handler.codec.compression", BROTLI, TCNATIVE);
        List<JavaCodeUnitAccess<?>> calls = netty.stream().filter(type -> type.getPackageName().startsWith("io.netty.handler."))
                .flatMap(type -> Stream.<JavaCodeUnitAccess<?>>concat(type.getMethodCallsFromSelf().stream(),
                        type.getConstructorCallsFromSelf().stream()))
                .filter(call -> Stream.of(BROTLI, TCNATIVE).anyMatch(call.getTargetOwner().getPackageName()::startsWith)).toList();

        assertThat(calls).extracting(call -> call.getTargetOwner().getSimpleName()).contains("Wrapper", "SSLContext");
        assertThat(calls).allMatch(call -> call.getTarget().resolveMember().isPresent());
    }

    /** What our settings and those of the manifests name. */
    @Test
    void classesThatConfigurationNames() throws IOException {
        List<Path> files = new ArrayList<>(List.of(Path.of("src/main/resources/application.properties")));
        try (Stream<Path> manifests = Files.walk(Path.of("deploy/kubernetes"))) {
            manifests.filter(file -> file.toString().endsWith(".properties")).forEach(files::add);
        }
        Set<String> named = new TreeSet<>();
        for (Path file : files) {
            Properties properties = new Properties();
            try (var reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            properties.values().stream().map(Object::toString).filter(value -> value.matches("(\\w+\\.)+[A-Z]\\w+")).forEach(named::add);
        }

        assertThat(named).contains("org.apache.kafka.common.serialization.ByteArrayDeserializer").allMatch(SOURCES::isInstantiable);
    }

    /** {@code kafka.sasl.jaas.config} names the module; the rest is what Kafka and the JDK make of it. */
    @ParameterizedTest
    @ValueSource(strings = {
            "org.apache.kafka.common.security.scram.ScramLoginModule",
            "org.apache.kafka.common.security.plain.PlainLoginModule",
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
            "org.apache.kafka.common.security.oauthbearer.ClientJwtValidator",
            "org.apache.kafka.common.security.authenticator.DefaultLogin",
            "org.apache.kafka.common.security.authenticator.AbstractLogin$DefaultLoginCallbackHandler",
            "org.apache.kafka.common.security.authenticator.SaslClientCallbackHandler",
            "org.apache.kafka.common.security.scram.internals.ScramSaslClient$ScramSaslClientFactory",
            "org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerRefreshingLogin",
            "org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerSaslClient$OAuthBearerSaslClientFactory"})
    void classesThatLogInToKafka(String name) {
        assertThat(SOURCES.isInstantiable(name)).isTrue();
    }

    @Test
    void providersOfLoginMechanisms() throws IOException {
        assertThat(SOURCES.arguments()).containsPattern("AdditionalSecurityProviders=\\S*com\\.sun\\.security\\.sasl\\.Provider")
                .containsPattern("AdditionalSecurityProviders=\\S*ScramSaslClientProvider")
                .containsPattern("AdditionalSecurityProviders=\\S*OAuthBearerSaslClientProvider");
    }

    /** The codec in C: its library for both processors, the fields that it sets, and that it is not loaded into the builder. */
    @ParameterizedTest
    @ValueSource(strings = {"linux/amd64", "linux/aarch64"})
    void zstd(String platform) throws IOException {
        assertThat(SOURCES.entryThatMatches(platform + "/libzstd-jni-[0-9.-]+\\.so")).hasValueSatisfying(library ->
                assertThat(SOURCES.hasResource(library)).as(library).isTrue());
        for (String field : List.of("srcPos", "dstPos")) {
            assertThat(SOURCES.hasFieldForC("com.github.luben.zstd.ZstdInputStreamNoFinalizer", field)).isTrue();
            assertThat(SOURCES.hasFieldForC("com.github.luben.zstd.ZstdOutputStreamNoFinalizer", field)).isTrue();
        }
        assertThat(SOURCES.arguments()).contains("--initialize-at-run-time=com.github.luben.zstd ")
                .contains("--initialize-at-run-time=io.netty.handler.codec.compression.ZstdConstants ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Linux/x86_64", "Linux/aarch64"})
    void snappy(String platform) throws IOException {
        assertThat(SOURCES.entryThatMatches("org/xerial/snappy/native/" + platform + "/libsnappyjava\\.so")).hasValueSatisfying(library ->
                assertThat(SOURCES.hasResource(library)).as(library).isTrue());
        assertThat(SOURCES.hasMethodForC("org.xerial.snappy.SnappyNative", "throw_error")).isTrue();
        assertThat(SOURCES.arguments()).contains("--initialize-at-run-time=org.xerial.snappy ").doesNotContain("SnappyFeature");
    }

    /** Its factories look for implementations in C and in Java by their names; the Java ones are there, and say so in a field. */
    @ParameterizedTest
    @CsvSource({
            "net.jpountz.lz4.LZ4Factory, net.jpountz.lz4.LZ4JavaSafeCompressor",
            "net.jpountz.lz4.LZ4Factory, net.jpountz.lz4.LZ4HCJavaSafeCompressor",
            "net.jpountz.lz4.LZ4Factory, net.jpountz.lz4.LZ4JavaSafeFastDecompressor",
            "net.jpountz.lz4.LZ4Factory, net.jpountz.lz4.LZ4JavaSafeSafeDecompressor",
            "net.jpountz.xxhash.XXHashFactory, net.jpountz.xxhash.XXHash32JavaSafe",
            "net.jpountz.xxhash.XXHashFactory, net.jpountz.xxhash.StreamingXXHash32JavaSafe$Factory",
            "net.jpountz.xxhash.XXHashFactory, net.jpountz.xxhash.XXHash64JavaSafe",
            "net.jpountz.xxhash.XXHashFactory, net.jpountz.xxhash.StreamingXXHash64JavaSafe$Factory"})
    void lz4(String factory, String implementation) throws Exception {
        assertThat(Class.forName(implementation).getField("INSTANCE")).isNotNull();
        assertThat(Class.forName(factory).getMethod("safeInstance").invoke(null)).isNotNull();
        assertThat(SOURCES.hasField(implementation, "INSTANCE")).isTrue();
        assertThat(SOURCES.arguments()).contains("--initialize-at-run-time=net.jpountz ")
                .contains("--initialize-at-run-time=org.apache.kafka.common.compress.Lz4BlockInputStream ");
    }

    @Test
    void lz4MakesItsSlowCompressorByAConstructor() {
        assertThat(SOURCES.isInstantiable("net.jpountz.lz4.LZ4HCJavaSafeCompressor")).isTrue();
    }

    @Test
    void channelsOfTheProjectorAndTheirCommitStrategy() {
        assertThat(SOURCES.hasClass("io.smallrye.reactive.messaging.kafka.KafkaConnector")).isTrue();
        assertThat(SOURCES.entryThatMatches("io/snapshotexport/messaging/ConfirmedCommits\\$Factory_Bean\\.class")).isPresent();
    }

    @Test
    void recordsThatJacksonWrites() {
        assertThat(annotatedWith("io.quarkus.runtime.annotations.RegisterForReflection")).hasSizeGreaterThan(5).allMatch(SOURCES::hasAllMembers);
    }

    @Test
    void entities() {
        assertThat(annotatedWith("jakarta.persistence.Entity")).hasSizeGreaterThan(3).allMatch(SOURCES::hasAllMembers);
    }

    private static List<String> annotatedWith(String annotation) {
        return CLASSES.stream().filter(type -> type.isAnnotatedWith(annotation)).map(JavaClass::getName).toList();
    }

    @Test
    void everyFileOfOurs() throws IOException {
        Path resources = Path.of("src/main/resources");
        try (Stream<Path> files = Files.walk(resources)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> resources.relativize(file).toString())
                    // Read while the program is built.
                    .filter(file -> !file.equals("application.properties") && !file.startsWith("META-INF/native-image/")))
                    .hasSizeGreaterThan(5).allMatch(SOURCES::hasResource);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "META-INF/services/org.flywaydb.core.extensibility.Plugin",
            "META-INF/services/java.sql.Driver",
            "META-INF/services/io.vertx.sqlclient.spi.Driver",
            "META-INF/services/com.fasterxml.jackson.databind.Module",
            "META-INF/services/software.amazon.awssdk.http.SdkHttpService",
            "META-INF/services/software.amazon.awssdk.http.async.SdkAsyncHttpService"})
    void servicesAndEveryoneWhoOffersThem(String file) {
        assertThat(SOURCES.hasResource(file)).isTrue();
        assertThat(SOURCES.names().get(file)).isNotEmpty().allMatch(SOURCES::isInstantiable);
    }

    /** The SDK reads them when a client is made; there may be none. */
    @Test
    void interceptorsOfTheAwsSdk() {
        SOURCES.names().forEach((file, interceptors) -> {
            if (file.endsWith("/execution.interceptors")) {
                assertThat(SOURCES.hasResource(file)).as(file).isTrue();
                assertThat(interceptors).allMatch(SOURCES::isInstantiable);
            }
        });
    }

    /** The role of a service account: the chain of credentials does not know STS, and finds it by its name. */
    @Test
    void credentialsOfAServiceAccount() {
        assertThat(SOURCES.isInstantiable("software.amazon.awssdk.services.sts.internal.StsWebIdentityCredentialsProviderFactory")).isTrue();
    }

    /** {@code sslmode} and its certificates need nothing by name; what the driver is loaded for does. */
    @Test
    void pgjdbc() {
        assertThat(SOURCES.isInstantiable("org.postgresql.Driver")).isTrue();
        assertThat(SOURCES.hasResource("org/postgresql/driverconfig.properties")).isTrue();
    }

    /** S3 and STS speak HTTPS, Kafka and PostgreSQL TLS. */
    @Test
    void protocols() throws IOException {
        assertThat(SOURCES.arguments()).containsPattern("--enable-url-protocols=\\S*https");
    }

    /** What was measured to make the start quick and the memory small; an executable works without them, too. */
    @Test
    void argumentsForStartAndMemory() throws IOException {
        assertThat(SOURCES.arguments()).contains(" -H:+RelativeCodePointers ", " -R:MaxNewSize=8m ");
    }
}
