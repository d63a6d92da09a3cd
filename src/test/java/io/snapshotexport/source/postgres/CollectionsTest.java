package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.SourceCollection;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CollectionsTest {

    @Test
    void areTheTablesOfTheDatabaseWithoutThoseOfItsChildren() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE \"Product\" (id int PRIMARY KEY)", "CREATE TABLE \"Category\" (id int PRIMARY KEY)",
                "CREATE VIEW shown AS SELECT 1", "CREATE MATERIALIZED VIEW kept AS SELECT 1", "CREATE SEQUENCE counter",
                "CREATE TABLE part (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (10) TO (20)",
                "INSERT INTO part VALUES (15), (3), (12), (9)",
                "CREATE TABLE parent (id int PRIMARY KEY)", "CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (parent)",
                "INSERT INTO parent VALUES (1)", "INSERT INTO heir VALUES (2)",
                "CREATE SCHEMA archive", "CREATE TABLE archive.old (id int PRIMARY KEY)", "INSERT INTO archive.old VALUES (7)");
        try (Snapshot snapshot = database.snapshot()) {
            assertThat(names(snapshot)).containsExactly("Category", "Product", "heir", "parent", "part");
            assertThat(SourceDatabase.read(snapshot, "part", SIMPLE).ids()).containsExactly("3", "9", "12", "15");
            assertThat(SourceDatabase.read(snapshot, "parent", SIMPLE).ids()).containsExactly("1");
            assertThat(SourceDatabase.read(snapshot, "heir", SIMPLE).ids()).containsExactly("2");
            assertThat(snapshot.collections(List.of("part", "Product", "part"))).extracting(SourceCollection::name)
                    .containsExactly("Product", "part");
        }
        try (Snapshot child = database.snapshot("archive")) {
            assertThat(names(child)).containsExactly("old");
            assertThat(SourceDatabase.read(child, "old", SIMPLE).ids()).containsExactly("7");
        }
    }

    private static List<String> names(Snapshot snapshot) {
        return snapshot.collections(List.of()).stream().map(SourceCollection::name).toList();
    }

    @Test
    void mayHaveAnyName() throws Exception {
        String name = "a\"b'c/d.e ü😀;--%s{}";
        SourceDatabase database = SourceDatabase.named("db \"x\"/?&=%+ü").with(
                "CREATE SCHEMA \"ch'ild.\"\"ü\"",
                "CREATE TABLE \"ch'ild.\"\"ü\".\"" + name.replace("\"", "\"\"") + "\" (\"k'\"\"\" int PRIMARY KEY, \"f\"\"\\ü\" text)",
                "INSERT INTO \"ch'ild.\"\"ü\".\"" + name.replace("\"", "\"\"") + "\" VALUES (1, 'v')");
        try (Snapshot snapshot = SourceDatabase.source().openSnapshot(SourceDatabase.EXPORT,
                new DatabasePath("us-std", List.of(database.name(), "ch'ild.\"ü")))) {
            String ts = snapshot.takenAt().toString();
            assertThat(names(snapshot)).containsExactly(name);
            assertThat(SourceDatabase.read(snapshot, name, SIMPLE).texts()).containsExactly("{\"id\":\"1\",\"coll\":\""
                    + name.replace("\"", "\\\"") + "\",\"ts\":\"" + ts + "\",\"f\\\"\\\\ü\":\"v\"}");
        }
    }

    @Test
    void haveAnEstimateOfTheirSizeWhereTheTableWasAnalyzed() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE a (id int PRIMARY KEY)",
                "INSERT INTO a SELECT generate_series(1, 1234)", "ANALYZE a", "CREATE TABLE b (id int PRIMARY KEY)",
                "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY HASH (id)",
                "CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                "INSERT INTO p SELECT generate_series(1, 99)", "ANALYZE p0");
        try (Snapshot snapshot = database.snapshot()) {
            assertThat(snapshot.collections(List.of())).extracting(SourceCollection::name, SourceCollection::documentsEstimated)
                    .containsExactly(tuple("a", 1234L), tuple("b", SourceCollection.UNKNOWN), tuple("p", 99L));
        }
    }

    @Test
    void weighWhatTheyTakeOnTheDiskWithoutAnyStatistics() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE empty (id int PRIMARY KEY)",
                "CREATE TABLE rows (id int PRIMARY KEY, t text)", "INSERT INTO rows SELECT i, repeat('x', 1000) FROM generate_series(1, 700) i",
                "CREATE TABLE toasted (id int PRIMARY KEY, t text)", "ALTER TABLE toasted ALTER t SET STORAGE EXTERNAL",
                "INSERT INTO toasted VALUES (1, repeat('x', 3000000))",
                "CREATE TABLE part (id int, t text, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
                "CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (351)",
                "CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (351) TO (9999)", "INSERT INTO part SELECT * FROM rows",
                "CREATE TABLE unparted (id int PRIMARY KEY) PARTITION BY RANGE (id)");
        try (Snapshot snapshot = database.snapshot()) {
            Map<String, Long> bytes = snapshot.collections(List.of()).stream()
                    .collect(Collectors.toMap(SourceCollection::name, SourceCollection::bytes));
            assertThat(bytes).containsEntry("empty", 0L).containsEntry("unparted", 0L).containsEntry("rows", 100 * 8192L)
                    .containsEntry("part", 100 * 8192L);
            assertThat(bytes.get("toasted")).isBetween(3_000_000L, 3_200_000L);
        }
    }

    @Test
    void thatDoNotExistAreAllNamed() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE there (id int PRIMARY KEY)", "CREATE VIEW seen AS SELECT 1");
        try (Snapshot snapshot = database.snapshot()) {
            failsForGood(() -> snapshot.collections(List.of("there", "gone", "seen", "Lost"))).hasMessage("In database `us-std/"
                    + database.name() + "`, collections `Lost`, `gone` do not exist, and collection `seen` is a view, not a table;"
                    + " it has `there`.");
        }
    }

    @Test
    void areNoViewsForeignTablesOrPartitionsAndTheRequestThatNamesOneIsTold() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE VIEW seen AS SELECT 1",
                "CREATE MATERIALIZED VIEW kept AS SELECT 1", "CREATE FOREIGN DATA WRAPPER abroad",
                "CREATE SERVER elsewhere FOREIGN DATA WRAPPER abroad", "CREATE FOREIGN TABLE far (id int) SERVER elsewhere",
                "CREATE TABLE part (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (10)");
        try (Snapshot snapshot = database.snapshot()) {
            assertThat(names(snapshot)).containsExactly("part");
            failsForGood(() -> snapshot.collections(List.of("far", "kept", "part_low", "seen"))).hasMessageContaining(
                    "collection `far` is a foreign table, and collection `kept` is a materialized view, not a table,"
                            + " and collection `part_low` is a partition of a table, which is exported as a whole,"
                            + " and collection `seen` is a view, not a table; it has `part`.");
        }
    }

    @Test
    void ofAnExtensionAreExportedOnlyWhereTheyAreNamed() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE brought (id int PRIMARY KEY)",
                "ALTER EXTENSION plpgsql ADD TABLE brought", "CREATE TABLE own (id int PRIMARY KEY)");
        try (Snapshot snapshot = database.snapshot()) {
            assertThat(names(snapshot)).containsExactly("own");
            assertThat(snapshot.collections(List.of("brought"))).hasSize(1);
        }
    }

    @Test
    void withRowLevelSecurityFailAlsoWhereThePoliciesShowEveryRow() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE shown (id int PRIMARY KEY)",
                "ALTER TABLE shown ENABLE ROW LEVEL SECURITY", "CREATE POLICY every ON shown USING (true)",
                "CREATE ROLE policed LOGIN PASSWORD 'policed'", "CREATE ROLE trusted LOGIN PASSWORD 'trusted' BYPASSRLS",
                "GRANT SELECT ON shown TO policed, trusted", "INSERT INTO shown VALUES (1)");
        DatabasePath path = DatabasePath.parse("us-std/" + database.name());
        var policed = new PostgresSource(SourceDatabase.server(SourceDatabase.url(), "policed", "policed"));
        try (Snapshot snapshot = policed.openSnapshot(SourceDatabase.EXPORT, path)) {
            failsForGood(() -> snapshot.collections(List.of())).hasMessageContaining("row-level security");
        }
        var trusted = new PostgresSource(SourceDatabase.server(SourceDatabase.url(), "trusted", "trusted"));
        try (Snapshot snapshot = trusted.openSnapshot(SourceDatabase.EXPORT, path)) {
            assertThat(SourceDatabase.read(snapshot, "shown", SIMPLE).ids()).containsExactly("1");
        }
    }

    @Test
    void withoutAPrimaryKeyAreNamedBeforeAnythingIsRead() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE a (x int)", "CREATE TABLE b (id int UNIQUE)",
                "CREATE TABLE c (id int PRIMARY KEY)");
        try (Snapshot snapshot = database.snapshot()) {
            failsForGood(() -> snapshot.collections(List.of())).hasMessageContaining("`a`, `b` cannot be exported: without a primary key");
            assertThat(snapshot.collections(List.of("c"))).hasSize(1);
        }
    }

    @Test
    void thatTheUserMayNotReadAsAWholeFail() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE secret (id int PRIMARY KEY)", "CREATE TABLE filtered (id int PRIMARY KEY)",
                "ALTER TABLE filtered ENABLE ROW LEVEL SECURITY", "CREATE POLICY big ON filtered USING (id > 5)",
                "CREATE ROLE limited LOGIN PASSWORD 'limited'", "GRANT SELECT ON filtered TO limited");
        var source = new PostgresSource(SourceDatabase.server(SourceDatabase.url(), "limited", "limited"));
        try (Snapshot snapshot = source.openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse("us-std/" + database.name()))) {
            failsForGood(() -> snapshot.collections(List.of())).hasMessageContaining("`secret` cannot be read")
                    .hasMessageContaining("SELECT");
            failsForGood(() -> snapshot.collections(List.of("filtered"))).hasMessageContaining("`filtered` cannot be read as a whole")
                    .hasMessageContaining("row-level security");
        }
    }

    @Test
    void areNotLookedForInADatabaseThatDoesNotExist() throws SQLException {
        SourceDatabase database = SourceDatabase.create();
        failsForGood(() -> open("us-std/nowhere"))
                .hasMessageStartingWith("Database `us-std/nowhere` does not exist in region group `us-std`");
        failsForGood(() -> database.snapshot("nochild")).hasMessageContaining("/nochild` does not exist");
        failsForGood(() -> open("us-std/" + database.name() + "/pg_catalog")).hasMessageContaining("/pg_catalog` does not exist");
        failsForGood(() -> open("us-std/" + database.name() + "/public/x")).hasMessageContaining("at most one level of children");
        failsForGood(() -> open("us-std/" + "x".repeat(64))).hasMessageContaining("does not exist");
    }

    @Test
    void areOutOfReachWithWrongCredentialsOrWithoutServer() throws Exception {
        DatabasePath path = DatabasePath.parse("us-std/" + SourceDatabase.create().name());
        failsForGood(() -> new PostgresSource(SourceDatabase.server(SourceDatabase.url(), "postgres", "wrong-secret"))
                .openSnapshot(SourceDatabase.EXPORT, path)).hasMessageContaining("credentials").hasMessageNotContaining("wrong-secret");
        try (ServerSocket closed = new ServerSocket(0)) {
            int port = closed.getLocalPort();
            closed.close();
            assertThatThrownBy(() -> new PostgresSource(SourceDatabase.server("jdbc:postgresql://127.0.0.1:" + port + "/?tcpKeepAlive=true",
                    "u", "p")).openSnapshot(SourceDatabase.EXPORT, path)).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("cannot be reached").hasMessageNotContaining(String.valueOf(port));
        }
    }

    private static Snapshot open(String path) {
        return SourceDatabase.source().openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse(path));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> failsForGood(ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOf(PermanentExportException.class);
    }

    @Test
    void ofADatabaseThatDoesNotSayWhatItsTextsAreAreRefused() throws Exception {
        SourceDatabase.create().with("CREATE DATABASE nobody_knows ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'");
        assertThatThrownBy(() -> SourceDatabase.named("nobody_knows").snapshot()).isInstanceOf(PermanentExportException.class)
                .hasMessageContaining("us-std/nobody_knows").hasMessageContaining("SQL_ASCII").hasMessageContaining("UTF8");
    }
}
