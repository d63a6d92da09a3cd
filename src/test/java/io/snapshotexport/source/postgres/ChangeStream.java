package io.snapshotexport.source.postgres;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** A consumer of logical replication, with a slot and PostgreSQL's own plugin {@code test_decoding}. */
final class ChangeStream {

    private static final String END = "end_of_stream";

    private final SourceDatabase database;
    private final String slot;

    private ChangeStream(SourceDatabase database, String slot) {
        this.database = database;
        this.slot = slot;
    }

    /** Changes of rows that one transaction made; {@code xid} is as the stream has it, without its epoch. */
    record Transaction(long xid, List<String> changes) {

        /** What the documentation tells consumers to do: not to apply what the snapshot has. */
        boolean isIn(Map<String, String> position) {
            String[] snapshot = position.get("snapshot").split(":", -1);
            long xmin = Long.parseLong(snapshot[0]);
            long xmax = Long.parseLong(snapshot[1]);
            Set<Long> running = Arrays.stream(snapshot[2].split(",")).filter(text -> !text.isEmpty()).map(Long::parseLong)
                    .collect(Collectors.toSet());
            long full = xmax + (int) (xid - xmax);
            return full < xmin || full < xmax && !running.contains(full);
        }
    }

    /** Creates the slot, and waits as the documentation says. Slots are of the whole server: the one who creates it drops it. */
    static ChangeStream create(SourceDatabase database) throws SQLException {
        String slot = "slot_" + database.name();
        database.with("SELECT pg_create_logical_replication_slot('" + slot + "', 'test_decoding')",
                "CREATE TABLE " + END + " (id int PRIMARY KEY)");
        try (Connection connection = database.connect(); var statement = connection.createStatement()) {
            long own = number(statement, "SELECT pg_current_xact_id()::text::bigint");
            await().until(() -> number(statement, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint") > own);
        }
        return new ChangeStream(database, slot);
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    void drop() throws SQLException {
        awaitRelease();
        database.with("SELECT pg_drop_replication_slot('" + slot + "')");
    }

    /** What the slot sends from the snapshot's lsn up to now. */
    List<Transaction> since(Map<String, String> position) throws SQLException {
        awaitRelease();
        // The end has to be flushed, as everything before it then is.
        database.with("SET synchronous_commit = local; DELETE FROM " + END + "; INSERT INTO " + END + " VALUES (1)");
        try (Connection connection = database.replication()) {
            PGReplicationStream stream = connection.unwrap(PGConnection.class).getReplicationAPI().replicationStream().logical()
                    .withSlotName(slot).withSlotOption("include-xids", true)
                    .withStartPosition(LogSequenceNumber.valueOf(position.get("lsn"))).start();
            List<Transaction> transactions = new ArrayList<>();
            String lastEnd = lastEnd();
            while (true) {
                var message = stream.read();
                String line = StandardCharsets.UTF_8.decode(message).toString();
                if (line.startsWith("BEGIN ")) {
                    transactions.add(new Transaction(Long.parseLong(line.substring(6)), new ArrayList<>()));
                } else if (line.startsWith("COMMIT ") && line.endsWith(" " + lastEnd)) {
                    return transactions.stream().filter(transaction -> !transaction.changes.isEmpty()).toList();
                } else if (line.startsWith("table ") && !line.contains(END)) {
                    transactions.get(transactions.size() - 1).changes.add(line);
                }
            }
        }
    }

    /** The server notices some time later that a reader has gone. */
    private void awaitRelease() throws SQLException {
        try (Connection connection = database.connect(); var statement = connection.createStatement()) {
            await().until(() -> {
                try (var row = statement.executeQuery("SELECT active FROM pg_replication_slots WHERE slot_name = '" + slot + "'")) {
                    row.next();
                    return !row.getBoolean(1);
                }
            });
        }
    }

    /** The id of the transaction that wrote the last end. */
    private String lastEnd() throws SQLException {
        try (Connection connection = database.connect(); var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT xmin FROM " + END)) {
            row.next();
            return row.getString(1);
        }
    }
}
