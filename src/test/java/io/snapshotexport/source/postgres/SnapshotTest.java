package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.snapshotexport.embedded.Aside;
import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.SnapshotReader;
import io.snapshotexport.source.SourceCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {

    @Test
    void readsOneMomentWhileAnotherConnectionMovesMoney() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)",
                "INSERT INTO account SELECT i, 100 FROM generate_series(1, 2000) i",
                "CREATE TABLE transfer (id serial PRIMARY KEY)");
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> writer = Aside.run(() -> {
            try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                for (int i = 0; !stop.get(); i++) {
                    // The DELETE below would otherwise wait for one row and keep another from this one.
                    statement.execute("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE");
                    statement.execute("UPDATE account SET balance = balance - 7 WHERE id = " + (1 + i * 7 % 2000));
                    statement.execute("INSERT INTO transfer DEFAULT VALUES");
                    statement.execute("UPDATE account SET balance = balance + 7 WHERE id = " + (1 + i * 11 % 2000));
                    connection.commit();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        try (Snapshot snapshot = database.snapshot()) {
            CollectedDocuments first = SourceDatabase.read(snapshot, "account", SIMPLE);
            CollectedDocuments transfers = SourceDatabase.read(snapshot, "transfer", SIMPLE);
            database.with("DELETE FROM account WHERE id % 2 = 0", "INSERT INTO account VALUES (5000, 1)");
            CollectedDocuments again = SourceDatabase.read(snapshot, "account", SIMPLE);

            assertThat(first.texts()).hasSize(2000).isEqualTo(again.texts());
            assertThat(first.texts().stream().mapToInt(text -> Integer.parseInt(text.replaceAll(".*\"balance\":(-?\\d+)}", "$1"))).sum())
                    .isEqualTo(200_000);
            assertThat(SourceDatabase.read(snapshot, "transfer", SIMPLE).texts()).isEqualTo(transfers.texts());
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void letsReadersRunSideBySide() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a SELECT generate_series(1, 50000)",
                "CREATE TABLE b (id int PRIMARY KEY)", "INSERT INTO b SELECT generate_series(1, 50000)");
        try (Snapshot snapshot = database.snapshot()) {
            List<SourceCollection> collections = snapshot.collections(List.of());
            List<CompletableFuture<CollectedDocuments>> lanes = List.of(0, 1).stream()
                    .map(lane -> Aside.supply(() -> {
                        CollectedDocuments documents = new CollectedDocuments();
                        try (SnapshotReader reader = snapshot.openReader(lane)) {
                            reader.read(collections.get(lane), KeyRange.ALL, SIMPLE, documents);
                            return documents;
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })).toList();
            assertThat(lanes).allSatisfy(lane -> assertThat(lane.join().texts()).hasSize(50_000));
        }
    }

    /** A timeout that suits an application would end every large export, and texts of arrays would be read in another way. */
    @Test
    void doesNotGoByTheSettingsOfTheDatabase() throws Exception {
        String alter = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET %s', current_database()); END $$";
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE large (id int PRIMARY KEY, spots point[])",
                "INSERT INTO large SELECT i, ARRAY[point(1, 2), NULL] FROM generate_series(1, 300000) i",
                alter.formatted("statement_timeout = 50"), alter.formatted("array_nulls = off"));
        try (Snapshot snapshot = database.snapshot()) {
            assertThat(SourceDatabase.read(snapshot, "large", SIMPLE).texts()).hasSize(300_000)
                    .allSatisfy(text -> assertThat(text).endsWith("\"spots\":[\"(1,2)\",null]}"));
        }
    }

    /** Each of these settings bends a text that a session with it reads. */
    @Test
    void readsTheSameTextsWhateverTheDatabaseIsSetTo() throws Exception {
        String[] schema = {"CREATE TYPE packed AS (at point, b bytea, i interval, during tstzrange)",
            "CREATE TABLE t (id int PRIMARY KEY, span interval, during tstzrange, days daterange, at point, part packed[], what regclass)",
            "INSERT INTO t VALUES (1, '1 year 2 days 03:00', '[2024-01-02 03:04:05.5+02,)', '[2024-02-28,2024-03-01)', point(0.1, 1.0 / 3),"
                    + " ARRAY[ROW(NULL, '\\xff00', '-1 day', '[2024-01-02 05:06:07+02,)')::packed], 'pg_class')"};
        List<String> plain = withoutTs(SourceDatabase.create().with(schema).documents("t", SIMPLE));
        assertThat(plain).singleElement().asString().contains("1 year 2 days 03:00:00", "2024-01-02 01:04:05.5+00", "[2024-02-28,2024-03-01)",
                "(0.1,0.3333333333333333)", "xff00", "-1 days", "2024-01-02 03:06:07+00", "\"pg_class\"");
        for (String setting : List.of("IntervalStyle = sql_standard", "DateStyle = 'SQL, DMY'", "TimeZone = 'Asia/Tokyo'", "extra_float_digits = -10",
                "bytea_output = escape", "quote_all_identifiers = on", "search_path = nowhere", "standard_conforming_strings = off")) {
            SourceDatabase bent = SourceDatabase.create().with(schema)
                    .with("DO $$ BEGIN EXECUTE format($f$ALTER DATABASE %I SET " + setting + "$f$, current_database()); END $$");

            assertThat(withoutTs(bent.documents("t", SIMPLE))).as(setting).isEqualTo(plain);
        }
    }

    @Test
    void readsADatabaseOfAnotherEncodingAsUtf8() throws Exception {
        SourceDatabase.create().with("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        SourceDatabase latin = SourceDatabase.named("latin").with("CREATE TABLE \"Gerät\" (\"Schlüssel\" text PRIMARY KEY, \"Größe\" jsonb)",
                "INSERT INTO \"Gerät\" VALUES ('ß', '{\"ä\": \"é\"}')");

        assertThat(withoutTs(latin.documents("Gerät", SIMPLE))).singleElement().asString()
                .contains("\"id\":\"ß\"", "\"coll\":\"Gerät\"", "\"Größe\":{\"ä\":\"é\"}");
    }

    private static List<String> withoutTs(List<String> documents) {
        return documents.stream().map(document -> document.replaceFirst("\"ts\":\"[^\"]+\"", "")).toList();
    }

    @Test
    void tellsWhenAndWhereItWasTaken() throws Exception {
        SourceDatabase database = SourceDatabase.create();
        Instant before = Instant.now();
        try (Snapshot snapshot = database.snapshot()) {
            assertThat(Duration.between(before, snapshot.takenAt())).isBetween(Duration.ofSeconds(-1), Duration.ofSeconds(10));
            assertThat(snapshot.position()).containsEntry("type", "postgresql").hasEntrySatisfying("lsn",
                    lsn -> assertThat(lsn).matches("[0-9A-F]+/[0-9A-F]+"));
            assertThat(snapshot.position().keySet()).containsExactly("type", "lsn", "snapshot");
        }
    }

    @Test
    void canBeTakenOfAReplicaAndHasTheLsnOnly(@TempDir Path directory) throws Exception {
        try (PostgresServer primary = PostgresServer.start(directory)) {
            primary.createDatabase("shop");
            try (Connection connection = DriverManager.getConnection(primary.jdbcUrl("shop")); Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 3)");
            }
        }
        try (PostgresServer replica = PostgresServer.startReplica(directory)) {
            PostgresSource source = new PostgresSource(SourceDatabase.server("jdbc:postgresql://127.0.0.1:" + replica.port(), replica.user(),
                    replica.password()));
            try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse("us-std/shop"))) {
                assertThat(snapshot.position()).containsOnlyKeys("type", "lsn");
                assertThat(snapshot.position().get("lsn")).matches("[0-9A-F]+/[0-9A-F]+").isNotEqualTo(SnapshotPosition.UNKNOWN);
                assertThat(SourceDatabase.read(snapshot, "a", SIMPLE).ids()).containsExactly("1", "2", "3");
            }
        }
    }

    @Test
    void namesItselfToTheOperatorsOfTheDatabaseAndLeavesNothingBehind() throws Exception {
        SourceDatabase database = SourceDatabase.create();
        String sessions = "SELECT application_name FROM pg_stat_activity WHERE datname = '" + database.name()
                + "' AND application_name LIKE 'snapshot%' ORDER BY 1";
        try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
            try (Snapshot snapshot = database.snapshot(); SnapshotReader reader = snapshot.openReader(3)) {
                var names = statement.executeQuery(sessions);
                names.next();
                assertThat(names.getString(1)).isEqualTo("snapshot-export 4711 lane 3");
                names.next();
                assertThat(names.getString(1)).isEqualTo("snapshot-export 4711 snapshot");
                assertThat(reader).isNotNull();
            }
            await().untilAsserted(() -> assertThat(statement.executeQuery(sessions).next()).isFalse());
        }
    }

    @Test
    void passesOnWhatTheSinkThrowsAndEndsTheCopy() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE a (id int PRIMARY KEY, t text)",
                "INSERT INTO a SELECT i, repeat('x', 1000) FROM generate_series(1, 50000) i");
        try (Snapshot snapshot = database.snapshot(); SnapshotReader reader = snapshot.openReader(0)) {
            SourceCollection collection = snapshot.collections(List.of()).get(0);
            assertThatThrownBy(() -> reader.read(collection, KeyRange.ALL, SIMPLE, new FailingSink()))
                    .isInstanceOf(IOException.class).hasMessage("full");
        }
    }

    @Test
    void keepsTruncateAwayFromItsTables() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a VALUES (1)");
        try (Snapshot snapshot = database.snapshot()) {
            snapshot.collections(List.of());
            assertThatThrownBy(() -> database.with("SET lock_timeout = 100", "TRUNCATE a")).hasMessageContaining("lock timeout");
        }
    }

    @Test
    void neverTakesATableForEmptyThatWasTruncatedAfterTheSnapshot() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a VALUES (1)",
                "CREATE TABLE untouched (id int PRIMARY KEY)");
        try (Snapshot snapshot = database.snapshot()) {
            database.with("TRUNCATE a");
            assertThatThrownBy(() -> snapshot.collections(List.of())).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("`a` changed").hasMessageNotContaining("untouched");
        }
    }

    /** What the snapshot sees has other names by now, or is under its names no more. */
    @ParameterizedTest
    @ValueSource(strings = {
        "CREATE TABLE a_new (LIKE a INCLUDING ALL); ALTER TABLE a RENAME TO a_old; ALTER TABLE a_new RENAME TO a",
        "ALTER TABLE a RENAME v TO x; ALTER TABLE a RENAME w TO v; ALTER TABLE a RENAME x TO w",
        "ALTER TABLE a DROP COLUMN v; ALTER TABLE a ADD COLUMN v text"})
    void neverTakesAnotherTableOrColumnForTheOneOfTheSnapshot(String change) throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE a (id int PRIMARY KEY, v text, w text)", "INSERT INTO a VALUES (1, 'v', 'w')",
                "CREATE TABLE untouched (id int PRIMARY KEY, \"Strange \"\" name\" int)");
        try (Snapshot snapshot = database.snapshot()) {
            database.with(change);
            assertThatThrownBy(() -> snapshot.collections(List.of())).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("`a` changed").hasMessageNotContaining("untouched");
        }
        try (Snapshot snapshot = database.snapshot()) {
            assertThat(snapshot.collections(List.of("a", "untouched"))).hasSize(2);
        }
    }

    /** A reader that begins later reads the new partition as well, whose rows may be older than the snapshot. */
    @Test
    void noticesAPartitionThatComes() throws Exception {
        String[] attach = {"CREATE TABLE %1$s (id int PRIMARY KEY)", "ALTER TABLE p ATTACH PARTITION %1$s FOR VALUES FROM (%2$d) TO (%2$d0)"};
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1)", "INSERT INTO p VALUES (0)");
        try (Snapshot snapshot = database.snapshot()) {
            database.with(attach[0].formatted("p2"), attach[1].formatted("p2", 1));
            assertThatThrownBy(() -> snapshot.collections(List.of("p"))).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("`p` changed");
        }
        try (Snapshot snapshot = database.snapshot()) {
            snapshot.collections(List.of("p"));
            snapshot.confirm();
        }
        try (Snapshot snapshot = database.snapshot()) {
            snapshot.collections(List.of("p"));
            database.with(attach[0].formatted("p3"), attach[1].formatted("p3", 2).replace("FROM (2)", "FROM (10)"));
            assertThatThrownBy(snapshot::confirm).isInstanceOf(TransientExportException.class).hasMessageContaining("`p` changed");
        }
    }

    @Test
    void aTableThatIsDroppedAfterTheSnapshotIsNotThereInTheNextAttempt() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE a (id int PRIMARY KEY)");
        try (Snapshot snapshot = database.snapshot()) {
            database.with("DROP TABLE a");
            assertThatThrownBy(() -> snapshot.collections(List.of())).isInstanceOf(TransientExportException.class);
        }
    }

    @Test
    void doesNotWaitLongForALockedTable() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE a (id int PRIMARY KEY)");
        try (Connection other = database.connect(); Statement statement = other.createStatement();
                Snapshot snapshot = database.snapshot()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE a");
            assertThatThrownBy(() -> snapshot.collections(List.of())).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("us-std/" + database.name()).hasMessageContaining("lock timeout");
        }
    }

    @Test
    void takesAServerThatGoesAwayForTransient() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE a (id int PRIMARY KEY)");
        try (Snapshot snapshot = database.snapshot()) {
            SourceDatabase.named("postgres").with(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database.name() + "'");
            assertThatThrownBy(() -> snapshot.collections(List.of())).isInstanceOf(TransientExportException.class);
            assertThatThrownBy(() -> snapshot.openReader(0)).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("snapshot of database `" + DatabasePath.parse("us-std/" + database.name()));
        }
    }
}
