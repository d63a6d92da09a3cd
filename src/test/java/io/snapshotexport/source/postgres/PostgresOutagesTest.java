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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server, or who looks after it, does to an export that runs: the next attempt may succeed, and the cause says what it was. */
@Timeout(120)
class PostgresOutagesTest {

    /** More than fits into the buffers of a connection, so that the server is not done when the first document comes. */
    private static final int ROWS = 50_000;
    private static final String[] TABLE = {"CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, " + ROWS + ") i"};
    private static final String LANE = "application_name LIKE 'snapshot-export 4711 lane%'";
    private static final String SNAPSHOT = "application_name = 'snapshot-export 4711 snapshot'";

    /** A role that may read the table, and to which the limits apply that spare superusers. */
    private static PostgresSource sourceOfARole(SourceDatabase database) throws SQLException {
        String role = "reader_of_" + database.name();
        database.with("CREATE ROLE " + role + " LOGIN PASSWORD 'r'", "GRANT SELECT ON t TO " + role);
        return new PostgresSource(SourceDatabase.server(SourceDatabase.url(), role, "r"));
    }

    private static DatabasePath path(SourceDatabase database) {
        return DatabasePath.parse("us-std/" + database.name());
    }

    private static SourceCollection table(Snapshot snapshot) {
        return snapshot.collections(List.of("t")).get(0);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> readingFails(Snapshot snapshot, HookedSink sink) {
        SnapshotReader reader = snapshot.openReader(0);
        SourceCollection table = table(snapshot);
        return assertThatThrownBy(() -> reader.read(table, KeyRange.ALL, SIMPLE, sink)).isInstanceOf(TransientExportException.class)
                .hasMessageStartingWith("Collection `t` of database `us-std/")
                .satisfies(failed -> assertThat(sink.documents()).isBetween(1, ROWS - 1));
    }

    private static void assertThatNoConnectionIsLeft(SourceDatabase database) {
        await().untilAsserted(() -> assertThat(single(database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name LIKE 'snapshot-export%'")).isEqualTo("0"));
    }

    private static String single(SourceDatabase database, String query) throws SQLException {
        try (Connection connection = database.connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    @Test
    void aRoleThatHasAllTheConnectionsThatItMayHave() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE);
        String limit = "ALTER ROLE reader_of_" + database.name() + " CONNECTION LIMIT ";
        PostgresSource source = sourceOfARole(database);
        try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, path(database))) {
            database.with(limit + 1);
            assertThatThrownBy(() -> snapshot.openReader(0)).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("too many connections for role").hasMessageContaining("SQLSTATE 53300");
            assertThatThrownBy(() -> source.openSnapshot(SourceDatabase.EXPORT, path(database))).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("too many connections for role");

            database.with(limit + 2);
            snapshot.openReader(0).close();
        }
        assertThatNoConnectionIsLeft(database);
    }

    @Test
    void aDatabaseThatTakesNoMoreConnections() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE);
        PostgresSource source = sourceOfARole(database);
        try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, path(database))) {
            database.with("ALTER DATABASE " + database.name() + " CONNECTION LIMIT 0");
            assertThatThrownBy(() -> snapshot.openReader(0)).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("too many connections for database").hasMessageContaining("SQLSTATE 53300");
        }
        assertThatNoConnectionIsLeft(database);
    }

    @Test
    void aStatementThatSomebodyCancels() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE);
        try (Snapshot snapshot = database.snapshot()) {
            readingFails(snapshot, new HookedSink(() -> database.with(toAll("pg_cancel_backend", LANE))))
                    .hasMessageEndingWith("cannot be read: canceling statement due to user request (SQLSTATE 57014).");
            // Nothing of the others is lost.
            assertThat(SourceDatabase.read(snapshot, "t", SIMPLE).texts()).hasSize(ROWS);
        }
        assertThatNoConnectionIsLeft(database);
    }

    @Test
    void aConnectionThatSomebodyTerminates() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE);
        try (Snapshot snapshot = database.snapshot()) {
            readingFails(snapshot, new HookedSink(() -> database.with(toAll("pg_terminate_backend", LANE)))).message()
                    .matches(".*(terminating connection due to administrator command|cut the connection).*");
        }
        assertThatNoConnectionIsLeft(database);
    }

    /** What it has begun to read it goes on reading; nobody else gets at the snapshot any more. */
    @Test
    void aSnapshotWhoseConnectionSomebodyTerminates() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE);
        try (Snapshot snapshot = database.snapshot()) {
            SourceCollection table = table(snapshot);
            HookedSink sink = new HookedSink(() -> database.with(toAll("pg_terminate_backend", SNAPSHOT)));
            try (SnapshotReader reader = snapshot.openReader(0)) {
                reader.read(table, KeyRange.ALL, SIMPLE, sink);
            }
            assertThat(sink.documents()).isEqualTo(ROWS);
            assertThatThrownBy(() -> snapshot.openReader(1)).isInstanceOf(TransientExportException.class)
                    .hasMessage("The snapshot of database `" + path(database) + "` cannot be read by a second connection.");
        }
        assertThatNoConnectionIsLeft(database);
    }

    private static String toAll(String function, String which) {
        return "SELECT " + function + "(pid) FROM pg_stat_activity WHERE datname = current_database() AND " + which;
    }

    @Test
    void timeoutsOfTheRoleEndNoExport() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE);
        PostgresSource source = sourceOfARole(database);
        for (String timeout : List.of("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout", "idle_session_timeout")) {
            database.with("ALTER ROLE reader_of_" + database.name() + " SET " + timeout + " = '100ms'");
        }
        try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, path(database)); SnapshotReader reader = snapshot.openReader(0)) {
            SourceCollection table = table(snapshot);
            HookedSink sink = new HookedSink(() -> Thread.sleep(500));
            reader.read(table, KeyRange.ALL, SIMPLE, sink);
            assertThat(sink.documents()).isEqualTo(ROWS);
            // Both have been idle in their transactions for longer than they might.
            Thread.sleep(500);
            assertThat(snapshot.cut(table, List.of(1L, 1L))).hasSize(2);
            reader.read(table, KeyRange.ALL, SIMPLE, sink);
            assertThat(sink.documents()).isEqualTo(2 * ROWS);
        }
    }

    @Test
    void aServerThatSaysNothingCrashesOrIsStartedAgain(@TempDir Path directory) throws Exception {
        try (PostgresServer server = PostgresServer.start(directory)) {
            server.createDatabase("shop");
            try (Connection connection = DriverManager.getConnection(server.jdbcUrl("shop")); Statement statement = connection.createStatement()) {
                statement.execute(String.join(";", TABLE));
            }
            // The reader is told by nobody, but by its own side.
            try (Snapshot snapshot = snapshot(server)) {
                abandonedWhileItWaits(server, snapshot);
            }
            try (Snapshot snapshot = snapshot(server)) {
                readingFails(snapshot, new HookedSink(server::kill)).hasMessageEndingWith("PostgreSQL cannot be reached, or cut the connection.");
                assertThatThrownBy(() -> snapshot.openReader(1)).isInstanceOf(TransientExportException.class)
                        .hasMessageContaining("cannot be reached");
            }
            server.startAgain();
            // It is running, so that this is what an operator does.
            try (Snapshot snapshot = snapshot(server)) {
                readingFails(snapshot, new HookedSink(server::startAgain)).message()
                        .matches(".*(terminating connection due to administrator command|cut the connection).*");
                assertThatThrownBy(() -> snapshot.openReader(1)).isInstanceOf(TransientExportException.class)
                        .hasMessageContaining("cannot be read by a second connection");
            }
            try (Snapshot snapshot = snapshot(server)) {
                assertThat(SourceDatabase.read(snapshot, "t", SIMPLE).texts()).hasSize(ROWS);
            }
        }
    }

    private static Snapshot snapshot(PostgresServer server) {
        return new PostgresSource(SourceDatabase.server("jdbc:postgresql://127.0.0.1:" + server.port(), server.user(), server.password()))
                .openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse("us-std/shop"));
    }

    /** The server might be silent for a minute. */
    private static void abandonedWhileItWaits(PostgresServer server, Snapshot snapshot) throws Exception {
        HookedSink sink = new HookedSink(server::pause);
        SourceCollection table = table(snapshot);
        SnapshotReader reader = snapshot.openReader(0);
        try {
            CompletableFuture<Void> reading = Aside.run(() -> {
                try {
                    reader.read(table, KeyRange.ALL, SIMPLE, sink);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> sink.documents() > 0);
            for (int before = -1; before != sink.documents(); ) {
                before = sink.documents();
                Thread.sleep(500);
            }
            assertThat(reading).isNotDone();
            snapshot.abandon();
            assertThatThrownBy(() -> reading.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(TransientExportException.class)
                    .hasMessageContaining("cut the connection");
        } finally {
            server.resume();
        }
    }

    /** The server has not noticed yet that the connection with the snapshot is gone, and would let another one read it. */
    @Test
    void aSnapshotThatIsAbandonedIsReadByNobodyElse() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE);
        try (Snapshot snapshot = database.snapshot()) {
            String process = single(database, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND " + SNAPSHOT);
            signal("STOP", process);
            try {
                snapshot.openReader(0).close();
                snapshot.abandon();
                assertThatThrownBy(() -> snapshot.openReader(1)).isInstanceOf(TransientExportException.class);
                await().untilAsserted(() -> assertThat(single(database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND " + LANE)).isEqualTo("0"));
            } finally {
                signal("CONT", process);
            }
        }
        assertThatNoConnectionIsLeft(database);
    }

    private static void signal(String name, String process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, process).start().waitFor()).isZero();
    }
}
