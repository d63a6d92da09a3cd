package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.embedded.S3ProxyServer;
import io.opentelemetry.api.OpenTelemetry;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.Trail;
import io.snapshotexport.export.Progress;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.s3.ExportBucket;
import io.snapshotexport.s3.Manifest;
import io.snapshotexport.s3.S3Buckets;
import io.snapshotexport.s3.S3Config;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.postgres.PostgresSource;
import io.snapshotexport.source.postgres.PostgresSourceConfig;
import io.snapshotexport.telemetry.AttemptScope;
import io.snapshotexport.telemetry.Spans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lanes between a real source and a real bucket. */
class LanesTest {

    private static final LeaseTimes TIMES = new LeaseTimes(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(10));
    private static final String BUCKET = "exports";
    private static final int ROLL_SIZE = 100_000;
    private static final int SMALLEST_RANGE = 64 * 1024;

    @TempDir
    static Path directory;

    private static PostgresServer postgres;
    private static S3ProxyServer s3;
    private static PostgresSource source;
    private static S3Buckets buckets;
    private ExecutorService threads = Executors.newCachedThreadPool();
    private final ToldAttempts told = new ToldAttempts();

    private record Run(LanePlan plan, List<Manifest.Collection> collections, Progress progress) {
    }

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start();
        s3 = S3ProxyServer.start(directory);
        s3.createBucket(BUCKET);
        SmallRyeConfig config = new SmallRyeConfigBuilder().withMapping(PostgresSourceConfig.class).withMapping(S3Config.class)
                .withSources(new PropertiesConfigSource(Map.of(
                        "snapshot-export.postgresql.us-std.url", "jdbc:postgresql://127.0.0.1:" + postgres.port(),
                        "snapshot-export.postgresql.us-std.username", postgres.user(),
                        "snapshot-export.postgresql.us-std.password", postgres.password(),
                        "snapshot-export.s3.endpoint", s3.endpoint().toString(), "snapshot-export.s3.path-style", "true",
                        "snapshot-export.s3.access-key-id", s3.accessKey(), "snapshot-export.s3.secret-access-key", s3.secretKey(),
                        "snapshot-export.s3.encryption", "bucket-default",
                        "snapshot-export.s3.attempt-timeout", "PT60S", "snapshot-export.s3.request-timeout", "PT180S"), "test", 100)).build();
        source = new PostgresSource(config.getConfigMapping(PostgresSourceConfig.class).regionGroups().get("us-std"));
        buckets = new S3Buckets(config.getConfigMapping(S3Config.class));
    }

    @AfterAll
    static void stop() {
        buckets.close();
        s3.close();
        postgres.close();
    }

    private static void database(String name, String... statements) throws Exception {
        postgres.createDatabase(name);
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(name)); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Snapshot snapshot(String database) {
        return source.openSnapshot(new ExportId(1), DatabasePath.parse("us-std/" + database));
    }

    private Run export(Snapshot snapshot, String path) throws Exception {
        return export(snapshot, path, () -> false);
    }

    private Run export(Snapshot snapshot, String path, BooleanSupplier stopping) throws Exception {
        Tally tally = new Tally();
        var collections = snapshot.collections(List.of());
        tally.snapshotTaken(snapshot.takenAt(), collections);
        LanePlan plan = LanePlan.of(collections, 4, SMALLEST_RANGE, snapshot::cut);
        tally.planned(plan);
        try (AttemptScope scope = new AttemptScope(new Spans(OpenTelemetry.noop(), true), new ExportId(1), 1, "default", Correlation.NONE);
             ExportBucket bucket = buckets.open("acme", new S3Destination(BUCKET, path), new RegionGroup("us-std", List.of("*")),
                new Lease(TIMES, Moment::now, Moment.now(), new CompletableFuture<>()))) {
            List<CollectionFiles> written = new Lanes(snapshot, bucket, DocumentFormat.SIMPLE, Datafiles.DEFAULT, ROLL_SIZE, tally,
                    announcedAtOnce(), scope, stopping, told).run(plan, threads);
            return new Run(plan, ExportRunner.collections(written), tally.progress());
        }
    }

    private static FileAnnouncement announcedAtOnce() {
        AtomicReference<FileAnnouncement> files = new AtomicReference<>();
        files.set(new FileAnnouncement(Trail.NONE, () -> { }, () -> files.get().acknowledged(files.get().report().version())));
        return files.get();
    }

    /** The content of each file, by its name. */
    private static Map<String, String> files(String path) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve(BUCKET).resolve(path).resolve("collections"))) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(file -> file.getFileName().toString(), LanesTest::content, (a, b) -> a, TreeMap::new));
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Integer> ids(Map<String, String> files, String collection) {
        return files.entrySet().stream().filter(file -> file.getKey().startsWith(collection + "_"))
                .flatMap(file -> Arrays.stream(file.getValue().split("\"id\":\"")).skip(1))
                .map(text -> Integer.parseInt(text.substring(0, text.indexOf('"')))).toList();
    }

    private static String documents(String name, int count) {
        return "INSERT INTO " + name + " SELECT i * 3, '2026-01-01Z', jsonb_build_object('text', repeat(md5(i::text), 10 + i % 20)) "
                + "FROM generate_series(1, " + count + ") i";
    }

    @Test
    void writeEveryDocumentOnceInOrderAndTheSameFilesEveryTime() throws Exception {
        database("even", "CREATE TABLE big (id int PRIMARY KEY, ts timestamptz, data jsonb)", documents("big", 3000),
                "CREATE TABLE middle (id int PRIMARY KEY, ts timestamptz, data jsonb)", documents("middle", 500),
                "CREATE TABLE small (id int PRIMARY KEY, ts timestamptz, data jsonb)", documents("small", 5),
                "CREATE TABLE empty (id int PRIMARY KEY, ts timestamptz, data jsonb)", "ANALYZE");
        Run first;
        Run second;
        try (Snapshot snapshot = snapshot("even")) {
            first = export(snapshot, "first");
        }
        try (Snapshot snapshot = snapshot("even")) {
            second = export(snapshot, "second");
        }

        assertThat(first.plan().lanes()).hasSize(4);
        assertThat(first.plan().lanes().stream().flatMap(List::stream).filter(part -> part.collection().name().equals("big"))).hasSize(3);
        assertThat(first.progress().collectionsDone()).isEqualTo(4).isEqualTo(first.progress().collectionsTotal());
        Map<String, String> files = files("first");
        assertThat(ids(files, "big")).containsExactlyElementsOf(IntStream.rangeClosed(1, 3000).mapToObj(i -> i * 3).toList());
        assertThat(ids(files, "middle")).hasSize(500).isSorted();
        assertThat(ids(files, "small")).containsExactly(3, 6, 9, 12, 15);
        assertThat(first.collections()).extracting(Manifest.Collection::name).containsExactly("big", "empty", "middle", "small");
        assertThat(first.collections()).allSatisfy(collection -> {
            List<String> own = files.entrySet().stream().filter(file -> file.getKey().startsWith(collection.name() + "_"))
                    .map(Map.Entry::getValue).toList();
            assertThat(collection.files()).isEqualTo(own.size());
            assertThat(collection.bytes()).isEqualTo(own.stream().mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length).sum());
            assertThat(collection.documents()).isEqualTo(ids(files, collection.name()).size());
        });

        assertThat(second).isEqualTo(first);
        assertThat(files("second")).isEqualTo(files);
        assertThat(told.lanes()).hasSize(8).containsOnly(true);
    }

    @Test
    void areNotCompleteWhenTheyAreStopped() throws Exception {
        database("stopped", "CREATE TABLE big (id int PRIMARY KEY, ts timestamptz, data jsonb)", documents("big", 3000), "ANALYZE");
        AtomicInteger asked = new AtomicInteger();
        try (Snapshot snapshot = snapshot("stopped")) {
            assertThatThrownBy(() -> export(snapshot, "stopped", () -> asked.incrementAndGet() > 100)).isInstanceOf(CancellationException.class);
        }
        assertThat(told.lanes()).hasSize(4).containsOnly(false);
    }

    /** Those that have begun write into files that the next attempt writes, too. */
    @Test
    void haveAllEndedWhenThereIsNoThreadForOne() throws Exception {
        database("scarce", "CREATE TABLE big (id int PRIMARY KEY, ts timestamptz, data jsonb)", documents("big", 3000), "ANALYZE");
        AtomicInteger made = new AtomicInteger();
        threads = Executors.newCachedThreadPool(lane -> {
            if (made.incrementAndGet() > 2) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(lane);
        });
        try (Snapshot snapshot = snapshot("scarce")) {
            assertThatThrownBy(() -> export(snapshot, "scarce")).isInstanceOf(OutOfMemoryError.class).hasMessageContaining("native thread");
        }
        assertThat(told.lanes()).hasSize(2).containsOnly(false);
    }

    @Test
    void writeTheSameFilesOfRelationalTablesFromOneSnapshot() throws Exception {
        database("twice", "CREATE TABLE line (a int, b uuid, c text, PRIMARY KEY (a, b))",
                "INSERT INTO line SELECT i % 13, md5(i::text)::uuid, repeat('x', 300) FROM generate_series(1, 3000) i");
        try (Snapshot snapshot = snapshot("twice")) {
            assertThat(export(snapshot, "once").plan().lanes()).hasSize(4);
            database("twice", "DELETE FROM line WHERE a < 5", "INSERT INTO line SELECT 3, md5(i::text)::uuid FROM generate_series(1, 300) i",
                    "ANALYZE");
            export(snapshot, "again");
        }
        assertThat(files("again")).isEqualTo(files("once"));
    }

    @Test
    void passThroughTwoThousandCollections() throws Exception {
        database("many", """
                DO $$ BEGIN
                    FOR i IN 1..2000 LOOP
                        EXECUTE format('CREATE TABLE c%s (id int PRIMARY KEY, v text)', i);
                        EXECUTE format('INSERT INTO c%s VALUES (1, ''x''), (2, ''y'')', i);
                        IF i %% 100 = 0 THEN COMMIT; END IF;
                    END LOOP;
                END $$""".replace("%%", "%"));
        try (Snapshot snapshot = snapshot("many")) {
            long begun = System.nanoTime();
            Run run = export(snapshot, "many");
            System.out.printf(Locale.ROOT, "exported 2,000 collections in %.1f s by %d lanes%n", (System.nanoTime() - begun) / 1e9,
                    run.plan().lanes().size());

            assertThat(run.progress().collectionsDone()).isEqualTo(2000);
            assertThat(run.collections()).hasSize(2000).allMatch(collection -> collection.documents() == 2 && collection.files() == 1);
            assertThat(files("many")).hasSize(2000);
        }
    }
}
