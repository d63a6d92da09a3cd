package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.SnapshotReader;
import io.snapshotexport.source.SourceCollection;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandbyTest {

    @TempDir
    Path directory;

    /** What the first column of the first row says. */
    private static String single(PostgresServer server, SourceDatabase database, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database.name())); Statement statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    @Test
    void isReadLikeItsPrimaryUntilTheTwoAreInConflictWhichIsTransient() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE t (id int PRIMARY KEY, v text)",
                "INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(1, 2000) i");
        try (PostgresServer standby = SourceDatabase.standby(directory.resolve("standby"))) {
            PostgresSource source = new PostgresSource(
                    SourceDatabase.server("jdbc:postgresql://127.0.0.1:" + standby.port(), standby.user(), standby.password()));
            assertThat(single(standby, database, "SELECT pg_is_in_recovery()")).isEqualTo("t");
            await().untilAsserted(() -> assertThat(single(standby, database, "SELECT count(*) FROM t")).isEqualTo("2000"));

            try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse("us-std/" + database.name()))) {
                assertThat(snapshot.position().get("lsn")).matches("[0-9A-F]+/[0-9A-F]+").isNotEqualTo("0/0");
                SourceCollection collection = snapshot.collections(List.of()).get(0);
                List<KeyRange> ranges = snapshot.cut(collection, List.of(1L, 1L));
                CollectedDocuments documents = new CollectedDocuments();
                try (SnapshotReader first = snapshot.openReader(0); SnapshotReader second = snapshot.openReader(1)) {
                    first.read(collection, ranges.get(0), SIMPLE, documents);
                    second.read(collection, ranges.get(1), SIMPLE, documents);
                }
                assertThat(documents.texts()).hasSize(2000);

                SnapshotReader reader = snapshot.openReader(2);
                reader.read(collection, ranges.get(0), SIMPLE, documents);
                database.with("DELETE FROM t WHERE id > 10", "VACUUM t");
                // The standby removes the rows that the snapshot still sees, and ends who looks at them.
                await().untilAsserted(() -> assertThat(single(standby, database,
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'snapshot-export%'")).isEqualTo("0"));
                assertThatThrownBy(() -> reader.read(collection, ranges.get(1), SIMPLE, documents))
                        .isInstanceOf(TransientExportException.class);
                assertThatThrownBy(() -> snapshot.openReader(3)).isInstanceOf(TransientExportException.class);
            }
        }
    }

    @Test
    void hasNoRowsOfUnloggedTables() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE t (id int PRIMARY KEY)", "CREATE UNLOGGED TABLE u (id int PRIMARY KEY)",
                "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)", "CREATE UNLOGGED TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1)",
                "INSERT INTO t VALUES (1)", "INSERT INTO u VALUES (1)", "INSERT INTO p VALUES (0)");
        assertThat(database.documents("u", SIMPLE)).hasSize(1);
        try (PostgresServer standby = SourceDatabase.standby(directory.resolve("standby"))) {
            PostgresSource source = new PostgresSource(
                    SourceDatabase.server("jdbc:postgresql://127.0.0.1:" + standby.port(), standby.user(), standby.password()));
            await().untilAsserted(() -> assertThat(single(standby, database, "SELECT count(*) FROM t")).isEqualTo("1"));

            try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse("us-std/" + database.name()))) {
                assertThatThrownBy(() -> snapshot.collections(List.of())).isInstanceOf(PermanentExportException.class)
                        .hasMessageContaining("collections `p`, `u` cannot be read on a replica");
                assertThat(SourceDatabase.read(snapshot, "t", SIMPLE).texts()).hasSize(1);
            }
        }
    }

    /** The source's address names both servers; the first that answers is read. */
    @Test
    void isReadByTheNextAttemptWhenItsPrimaryIsGone() throws Exception {
        String orders = "us-std/orders";
        try (PostgresServer primary = PostgresServer.start(directory.resolve("primary"))) {
            primary.createDatabase("orders");
            execute(primary, "CREATE TABLE t (id int PRIMARY KEY, v text)",
                    "INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 20000) i");
            try (PostgresServer standby = primary.standby(directory.resolve("next"))) {
                PostgresSource source = new PostgresSource(SourceDatabase.server(
                        "jdbc:postgresql://127.0.0.1:" + primary.port() + ",127.0.0.1:" + standby.port(), primary.user(), primary.password()));
                try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse(orders))) {
                    HookedSink sink = new HookedSink(primary::kill);
                    SourceCollection collection = snapshot.collections(List.of()).get(0);
                    SnapshotReader reader = snapshot.openReader(0);
                    assertThatThrownBy(() -> reader.read(collection, KeyRange.ALL, SIMPLE, sink)).isInstanceOf(TransientExportException.class);
                    // The other one knows nothing of this snapshot.
                    assertThatThrownBy(() -> snapshot.openReader(1)).isInstanceOf(TransientExportException.class);
                }
                execute(standby, "SELECT pg_promote()", "INSERT INTO t VALUES (20001, 'after')");

                try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse(orders))) {
                    assertThat(SourceDatabase.read(snapshot, "t", SIMPLE).texts()).hasSize(20001);
                }
            }
        }
    }

    private static void execute(PostgresServer server, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("orders")); Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }
}
