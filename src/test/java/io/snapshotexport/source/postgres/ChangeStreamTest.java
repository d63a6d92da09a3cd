package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.snapshotexport.embedded.Aside;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.postgres.ChangeStream.Transaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A consumer with a replication slot continues where an export ends: it has every change once, as `deploy/FORMATS.md` says. */
class ChangeStreamTest {

    private static final int WRITERS = 4;
    private static final int EXPORTS = 8;
    private static final Pattern CHANGE = Pattern.compile("table public\\.item: (\\w+): id\\[integer]:(\\d+)(?: n\\[integer]:(\\d+))?");
    private static final Pattern DOCUMENT = Pattern.compile("\\{\"id\":\"(\\d+)\",.*\"n\":(\\d+)}");

    private SourceDatabase database;
    private ChangeStream stream;

    private record Export(Map<String, String> position, Map<Integer, Integer> items) {
    }

    @BeforeEach
    void createDatabase() throws SQLException {
        database = SourceDatabase.create().with("CREATE TABLE item (id int PRIMARY KEY, n int NOT NULL)",
                "INSERT INTO item SELECT i, 0 FROM generate_series(1, 200) i");
    }

    @AfterEach
    void dropSlot() throws SQLException {
        stream.drop();
    }

    @Test
    void andAnExportTogetherHaveEveryChangeOnceWhileManyWrite() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Integer>> writers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> Aside.supply(() -> write(writer, stop))).toList();
        List<Export> exports = new ArrayList<>();
        try {
            stream = ChangeStream.create(database);
            for (int i = 0; i < EXPORTS; i++) {
                try (Snapshot snapshot = database.snapshot()) {
                    exports.add(new Export(snapshot.position(), items(snapshot)));
                }
            }
        } finally {
            stop.set(true);
        }
        assertThat(writers).allSatisfy(writer -> assertThat(writer.join()).isPositive());
        Map<Integer, Integer> last;
        try (Snapshot snapshot = database.snapshot()) {
            last = items(snapshot);
        }
        for (Export export : exports) {
            assertThat(export.position.get("lsn")).isNotEqualTo(SnapshotPosition.UNKNOWN);
            assertThat(continued(export)).isEqualTo(last);
        }
    }

    /** Each changes rows of its own, so that none waits for another; with savepoints, because those have ids too. */
    private int write(int writer, AtomicBoolean stop) {
        Random random = new Random(writer);
        int transactions = 0;
        try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = " + (writer % 2 == 0 ? "local" : "off"));
            connection.setAutoCommit(false);
            for (; !stop.get(); transactions++) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    statement.execute("UPDATE item SET n = n + 1 WHERE id <= 200 AND id = " + (random.nextInt(50) * WRITERS + writer + 1));
                }
                int own = 1000 + writer + WRITERS * random.nextInt(50);
                statement.execute("SAVEPOINT s");
                statement.execute("INSERT INTO item VALUES (" + own + ", 0) ON CONFLICT DO NOTHING");
                statement.execute(random.nextInt(3) == 0 ? "ROLLBACK TO s" : "RELEASE s");
                statement.execute("DELETE FROM item WHERE id = " + (1000 + writer + WRITERS * random.nextInt(50)));
                if (random.nextInt(5) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
            return transactions;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void hasWhatWasInTheMiddleOfItsCommitWhenTheSnapshotWasTaken() throws Exception {
        stream = ChangeStream.create(database);
        SourceDatabase server = SourceDatabase.named("postgres");
        // A commit now waits for a replica that does not exist, after its record was written and before it is visible.
        server.with("ALTER SYSTEM SET synchronous_commit = local", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
                "SELECT pg_reload_conf()");
        CompletableFuture<Void> commit;
        Export export;
        try (Connection observer = database.connect(); Statement waiting = observer.createStatement()) {
            await().until(() -> single(waiting, "SHOW synchronous_standby_names").equals("nobody"));
            commit = Aside.run(() -> change("SET synchronous_commit = on; INSERT INTO item VALUES (999, 7)"));
            await().until(() -> single(waiting, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'").equals("1"));
            try (Snapshot snapshot = database.snapshot()) {
                export = new Export(snapshot.position(), items(snapshot));
            }
        } finally {
            server.with("ALTER SYSTEM RESET synchronous_commit", "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
        }
        commit.get();
        assertThat(export.items).doesNotContainKey(999);
        assertThat(export.position).containsEntry("lsn", SnapshotPosition.UNKNOWN);
        assertThat(continued(export)).containsEntry(999, 7).hasSize(201);
    }

    @Test
    void doesNotRepeatWhatWasCommittedBetweenTheLsnAndTheSnapshot() throws Exception {
        Export export;
        CompletableFuture<Snapshot> opening;
        stream = ChangeStream.create(database);
        // In a transaction, pg_stat_activity shows again what it has shown once.
        try (Connection older = database.connect(); Statement slow = older.createStatement();
                Connection observer = database.connect(); Statement watching = observer.createStatement()) {
            older.setAutoCommit(false);
            slow.execute("INSERT INTO item VALUES (901, 1)");
            opening = Aside.supply(database::snapshot);
            await().until(() -> single(watching, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND application_name LIKE '%snapshot' AND query LIKE '%pg_sleep%'").equals("1"));
            change("INSERT INTO item VALUES (902, 2)");
            older.commit();
        }
        try (Snapshot snapshot = opening.get()) {
            change("INSERT INTO item VALUES (903, 3)");
            export = new Export(snapshot.position(), items(snapshot));
        }
        assertThat(export.items).containsEntry(901, 1).containsEntry(902, 2).doesNotContainKey(903);
        assertThat(stream.since(export.position)).extracting(transaction -> transaction.changes().get(0))
                .anyMatch(change -> change.contains(":901 ")).anyMatch(change -> change.contains(":902 "));
        assertThat(continued(export)).hasSize(203);
    }

    /** The export's documents and every change since, each of which must fit to what is there. */
    private Map<Integer, Integer> continued(Export export) throws SQLException {
        Map<Integer, Integer> items = new TreeMap<>(export.items);
        for (Transaction transaction : stream.since(export.position)) {
            if (!transaction.isIn(export.position)) {
                transaction.changes().forEach(change -> apply(change, items));
            }
        }
        return items;
    }

    private static void apply(String line, Map<Integer, Integer> items) {
        Matcher change = CHANGE.matcher(line);
        assertThat(change.matches()).as(line).isTrue();
        int id = Integer.parseInt(change.group(2));
        switch (change.group(1)) {
            case "INSERT" -> assertThat(items.put(id, Integer.valueOf(change.group(3)))).as(line).isNull();
            case "UPDATE" -> assertThat(items.put(id, Integer.valueOf(change.group(3)))).as(line)
                    .isEqualTo(Integer.parseInt(change.group(3)) - 1);
            default -> assertThat(items.remove(id)).as(line).isNotNull();
        }
    }

    private static Map<Integer, Integer> items(Snapshot snapshot) throws IOException {
        Map<Integer, Integer> items = new TreeMap<>();
        for (String text : SourceDatabase.read(snapshot, "item", SIMPLE).texts()) {
            Matcher document = DOCUMENT.matcher(text);
            assertThat(document.matches()).as(text).isTrue();
            items.put(Integer.valueOf(document.group(1)), Integer.valueOf(document.group(2)));
        }
        return items;
    }

    private void change(String sql) {
        try {
            database.with(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String single(Statement statement, String query) throws SQLException {
        try (var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
