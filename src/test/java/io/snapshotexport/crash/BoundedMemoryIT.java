package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.local.DataDirectory;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.local.ExportClient;
import io.snapshotexport.local.ExportedFiles;
import io.snapshotexport.local.ServiceProcess;
import io.snapshotexport.local.ServiceSettings;
import io.snapshotexport.local.ShippedProgram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker with two lanes has the upload buffers that {@code deploy/CONFIGURATION.md} counts, and little besides: what needs more ends it. */
class BoundedMemoryIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int COLLECTIONS = 2_000;
    private static final int DOCUMENTS = 8_000;
    private static final int DOCUMENT_BYTES = 9_600;
    /** Three for each of two lanes. */
    private static final int BUFFERS_MIB = 2 * 3 * 5;
    private static final String DIRECT_MEMORY = "-XX:MaxDirectMemorySize=" + (BUFFERS_MIB + 4) + "m";
    private static final String HEAP = "80m";
    private static final String PERSISTENCE_UNIT = "org.hibernate.reactive.session.impl.ReactiveSessionFactoryImpl";

    @TempDir
    static Path directory;
    private static DataDirectory data;
    private static EmbeddedServers servers;
    private static FaultProxy toS3;
    private static ServiceProcess api;
    private static ServiceProcess worker;
    private static ExportClient client;

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(directory);
        servers = EmbeddedServers.start(data);
        servers.postgres().createDatabase("orders", "CREATE TABLE \"Fast\" (id int PRIMARY KEY, text text NOT NULL)",
                "INSERT INTO \"Fast\" SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, " + DOCUMENTS + ") i",
                "CREATE TABLE \"Slow\" AS TABLE \"Fast\"", "ALTER TABLE \"Slow\" ADD PRIMARY KEY (id)");
        servers.postgres().createDatabase("many", """
                DO $$ BEGIN
                    FOR i IN 1..%d LOOP
                        EXECUTE format('CREATE TABLE "Collection%%s" AS SELECT j AS id, repeat(md5(j::text), 300) AS text '
                                'FROM generate_series(1, 3) j', i);
                        EXECUTE format('ALTER TABLE "Collection%%s" ADD PRIMARY KEY (id)', i);
                        IF i %% 100 = 0 THEN COMMIT; END IF;
                    END LOOP;
                END $$""".formatted(COLLECTIONS));
        toS3 = new FaultProxy("worker", Protocol.S3);
        toS3.leadTo(servers.s3().endpoint().getPort());
        ServiceSettings settings = ServiceSettings.of(servers, data)
                .withS3(URI.create("http://127.0.0.1:" + toS3.port()), servers.s3().accessKey(), servers.s3().secretKey())
                .with("snapshot-export.worker.lanes", "2")
                .with("snapshot-export.worker.slots", "1")
                .with("snapshot-export.worker.smallest-range", "65536");
        api = ServiceProcess.start(directory.resolve("api"), settings.withRoles(true, false), "256m", ServiceProcess.shortLived());
        worker = ServiceProcess.start(directory.resolve("worker"), settings.withRoles(false, true), HEAP,
                Stream.concat(Stream.of(DIRECT_MEMORY, "-XX:+ExitOnOutOfMemoryError"), Stream.of(ServiceProcess.shortLived()))
                        .toArray(String[]::new));
        client = new ExportClient(api.url(), data.accountKey());
    }

    @AfterAll
    static void stop() {
        Stream.of(api, worker).filter(process -> process != null).forEach(ServiceProcess::kill);
        if (toS3 != null) {
            toS3.close();
        }
        if (servers != null) {
            servers.close();
        }
    }

    private static String create(String database, String path) {
        ObjectNode request = ExportClient.request("us-std/" + database, "simple", EmbeddedServers.BUCKET, path);
        return client.create(request).path("id").asText();
    }

    private static void isCompleteAtOnce(String id) {
        JsonNode export = client.awaitEnd(id, PATIENCE, state -> { });
        assertThat(export.path("state").asText()).as("%s%n%s", export, worker.logTail()).isEqualTo("Complete");
        assertThat(export.at("/progress/attempt").asInt()).as(worker.logTail()).isOne();
    }

    private static int documents(String id) {
        return client.get(id).at("/progress/documents").asInt();
    }

    /** Two of its parts are held on their way; the third is filled, and then it waits. */
    @Test
    void aLaneThatCannotUploadHoldsThreeParts() {
        Predicate<Message> part = message -> message.is("PUT /exports/slow/collections/Slow") && message.contains("partNumber=");
        List<Trap> held = List.of(Trap.request(part), Trap.request(part));
        held.forEach(toS3::add);
        String id = create("orders", "slow");
        held.forEach(trap -> trap.await(PATIENCE));
        Awaitility.await("the other lane").atMost(PATIENCE).until(() -> documents(id) > DOCUMENTS);
        Awaitility.await("a lane that stands still").during(Duration.ofSeconds(5)).atMost(PATIENCE)
                .until(() -> documents(id) * (long) DOCUMENT_BYTES < DOCUMENTS * (long) DOCUMENT_BYTES + (4L * 5 << 20));
        held.forEach(Trap::letGo);

        isCompleteAtOnce(id);
        assertThat(ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, "slow").countsByCollection())
                .isEqualTo(Map.of("Fast", (long) DOCUMENTS, "Slow", (long) DOCUMENTS));
    }

    @Test
    void twoThousandCollectionsAddNothing() {
        isCompleteAtOnce(create("many", "many"));
        assertThat(ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, "many").countsByCollection())
                .hasSize(COLLECTIONS).allSatisfy((collection, documents) -> assertThat(documents).isEqualTo(3));
    }

    @Test
    void aWorkerHasNoPersistenceUnit() throws IOException {
        assumeThat(ShippedProgram.ofTheBuild().isNative()).as("a native executable does not tell").isFalse();
        assertThat(Footprint.jcmd(api.pid(), "GC.class_histogram")).contains(PERSISTENCE_UNIT);
        assertThat(Footprint.jcmd(worker.pid(), "GC.class_histogram")).contains("io.quarkus.").doesNotContain(PERSISTENCE_UNIT);
    }
}
