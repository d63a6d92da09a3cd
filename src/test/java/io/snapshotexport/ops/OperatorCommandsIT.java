package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.snapshotexport.account.AccountKeySecret;
import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.local.ShippedProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the packaged program, with a store and nothing else: no Kafka, no S3, and the service's HTTP port taken. */
class OperatorCommandsIT {

    private static final String ROLE = "arn:aws:iam::123456789012:role/SnapshotExport";

    @TempDir
    static Path directory;

    private static PostgresServer postgres;
    private static ServerSocket service;

    record Ended(int code, String out, String err) {
    }

    @BeforeAll
    static void start() throws IOException {
        postgres = PostgresServer.start();
        service = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        postgres.close();
    }

    private static Process process(String database, int port, String... arguments) throws IOException {
        Path settings = directory.resolve(database + ".properties");
        Files.writeString(settings, """
                config_ordinal=275
                quarkus.http.host=127.0.0.1
                quarkus.http.port=%d
                snapshot-export.role.api=true
                snapshot-export.role.worker=true
                kafka.bootstrap.servers=127.0.0.1:1
                snapshot-export.store.url=postgresql://127.0.0.1:%d/%s
                snapshot-export.store.username=%s
                snapshot-export.store.password=%s
                snapshot-export.bucket-policy.role=%s
                """.formatted(port, postgres.port(), database, postgres.user(), postgres.password(), ROLE));
        ProcessBuilder builder = new ProcessBuilder(ShippedProgram.ofTheBuild().command(List.of("-Xmx128m"), arguments));
        builder.environment().put("SMALLRYE_CONFIG_LOCATIONS", settings.toString());
        // However the operator has set up the service, a command is not one.
        builder.environment().put("SNAPSHOT_EXPORT_ROLE_API", "true");
        return builder.redirectOutput(directory.resolve("out").toFile()).redirectError(directory.resolve("err").toFile()).start();
    }

    private static Ended run(String database, String... arguments) throws IOException, InterruptedException {
        Process process = process(database, service.getLocalPort(), arguments);
        boolean ended = process.waitFor(90, TimeUnit.SECONDS);
        process.destroyForcibly();
        Ended result = new Ended(ended ? process.exitValue() : -1, Files.readString(directory.resolve("out")), Files.readString(directory.resolve("err")));
        assertThat(ended).as(result.toString()).isTrue();
        return result;
    }

    @Test
    void makesAccountsAndKeysInAnEmptyStoreAndNothingElse() throws Exception {
        postgres.createDatabase("commands");

        Ended account = run("commands", "account", "create", "acme");
        assertThat(account.code()).as(account.toString()).isZero();
        assertThat(account.out()).isEmpty();
        assertThat(account.err()).contains("acme", "enterprise", "**").contains("action=account.create")
                .doesNotContain("Kafka", "topics", "Listening", "started in", "worker", "127.0.0.1:1 ", "WARN", "ERROR");

        Ended key = run("commands", "key", "create", "acme", "--name", "first", "--role", "owner", "--ttl-days", "30");
        assertThat(key.code()).as(key.toString()).isZero();
        assertThat(key.out()).hasLineCount(1);
        String id = AccountKeySecret.parse(key.out().strip()).orElseThrow().keyId();
        assertThat(key.err()).contains(id).contains("valid until").doesNotContain(key.out().strip());

        assertThat(run("commands", "key", "revoke", id).code()).isZero();
        Ended list = run("commands", "key", "list", "acme");
        assertThat(list.out()).hasLineCount(1).matches(id + "\tfirst\towner\t\\S+Z\t\\S+Z\t-\t\\S+Z\\R");

        assertThat(run("commands", "account", "create", "acme", "--database", "**")).satisfies(again -> {
            assertThat(again.code()).isEqualTo(1);
            assertThat(again.err()).contains("`acme`").contains("already").doesNotContain("\tat ");
            assertThat(again.out()).isEmpty();
        });
        assertThat(run("commands", "account", "create", "second").err()).contains("--database");
        assertThat(run("commands", "key", "create", "acme", "--name", "x", "--role", "root").err()).contains("`root`").contains("`viewer`");
        assertThat(run("commands", "store", "migrate", "--api-role", "missing")).satisfies(grant -> {
            assertThat(grant.code()).isEqualTo(1);
            assertThat(grant.err()).contains("the store does not give the rights: ").contains("\"missing\"").doesNotContain("\tat ");
        });
        assertThat(run("commands", "key", "create", "nobody", "--name", "x", "--role", "owner").code()).isEqualTo(1);
    }

    @Test
    void saysWhatIsWrongWithoutStartingAnything() throws Exception {
        Ended wrong = run("nowhere", "key", "destroy", "x");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err()).hasLineCount(1).contains("key destroy").contains("--help");

        Ended help = run("nowhere", "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("account create");
    }

    @Test
    void printsABucketsPolicyWithoutAStore() throws Exception {
        Ended ended = run("nowhere", "bucket-policy", "your-bucket", "--no-acl");

        assertThat(ended.code()).as(ended.toString()).isZero();
        JsonNode policy = new ObjectMapper().readTree(ended.out());
        assertThat(policy.at("/Statement/0/Principal/AWS").asText()).isEqualTo(ROLE);
        assertThat(policy.at("/Statement/0/Resource/1").asText()).isEqualTo("arn:aws:s3:::your-bucket/*");
        assertThat(policy.get("Statement")).hasSize(1);
        assertThat(run("nowhere", "bucket-policy", "Your_Bucket").err()).contains("`Your_Bucket`").doesNotContain("\tat ");
    }

    @Test
    void failsInASentenceWhereThereIsNoStore() throws Exception {
        Ended ended = run("nowhere", "key", "list", "acme");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("nowhere").doesNotContain("\tat ");
    }

    @Test
    void theServiceSaysOnceHowToMakeTheFirstAccount() throws Exception {
        postgres.createDatabase("fresh");
        Process process = process("fresh", 0);
        try (BufferedReader log = Files.newBufferedReader(directory.resolve("out"))) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            String hint = null;
            while (hint == null && System.nanoTime() < deadline && process.isAlive()) {
                String line = log.readLine();
                if (line == null) {
                    process.waitFor(100, TimeUnit.MILLISECONDS);
                } else if (line.contains("no account")) {
                    hint = line;
                }
            }
            String program = ShippedProgram.ofTheBuild().isNative() ? ShippedProgram.ofTheBuild().file().toString() : "java -jar quarkus-run.jar";
            assertThat(hint).contains(program + " account create NAME && " + program + " key create NAME --name first --role owner");
        } finally {
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }
}
