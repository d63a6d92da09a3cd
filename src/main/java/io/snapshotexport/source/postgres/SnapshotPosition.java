package io.snapshotexport.source.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a transaction's snapshot stands among the changes that logical replication sends.
 *
 * <p>A transaction becomes visible some time after its commit record was written: it has to be flushed first, and a synchronous
 * replica may have to answer. So no place in the log divides what a snapshot has from what it lacks. But whatever gets its id after a
 * place was read commits behind that place. The snapshot is taken once all transactions with older ids have ended; then the place is a
 * lower bound, before which nothing committed that the snapshot lacks, and the snapshot's own text tells which of the later ones it has.
 *
 * @param takenAt  when the snapshot was taken, to the microsecond
 * @param lsn      the lower bound; {@link #UNKNOWN} if an older transaction that writes did not end in time
 * @param snapshot {@code pg_current_snapshot()}; null on a replica, where it does not tell
 */
record SnapshotPosition(Instant takenAt, String lsn, String snapshot) {

    /** To a replication slot this means: from the slot's own position on. */
    static final String UNKNOWN = "0/0";

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    private static final String TAKE = "SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint";

    /** Begins a transaction, takes its snapshot, and leaves it open. */
    static SnapshotPosition begin(Statement statement) throws SQLException {
        if (single(statement, "SELECT pg_is_in_recovery()").equals("t")) {
            return beginOnReplica(statement);
        }
        String lsn = single(statement, "SELECT pg_current_wal_insert_lsn()");
        // Takes an id, because nothing tells the next one: a snapshot ends with the newest transaction that has ended.
        String own = single(statement, "SELECT pg_current_xact_id()");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            statement.execute(BEGIN);
            try (ResultSet row = statement.executeQuery(TAKE + ", pg_current_snapshot(),"
                    + " pg_snapshot_xmin(pg_current_snapshot()) > '" + own + "'::xid8")) {
                row.next();
                boolean isBound = row.getBoolean(3);
                if (isBound || System.nanoTime() > deadline) {
                    return new SnapshotPosition(instant(row), isBound ? lsn : UNKNOWN, row.getString(2));
                }
            }
            statement.execute("ROLLBACK");
            statement.execute("SELECT pg_sleep(0.01)");
        }
    }

    /** There a transaction is visible before the place behind its commit record is told. */
    private static SnapshotPosition beginOnReplica(Statement statement) throws SQLException {
        String lsn = single(statement, "SELECT pg_last_wal_replay_lsn()");
        statement.execute(BEGIN);
        try (ResultSet row = statement.executeQuery(TAKE)) {
            row.next();
            return new SnapshotPosition(instant(row), lsn, null);
        }
    }

    private static Instant instant(ResultSet row) throws SQLException {
        return Instant.EPOCH.plus(row.getLong(1), ChronoUnit.MICROS);
    }

    private static String single(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** For the manifest. */
    Map<String, String> asMap() {
        Map<String, String> position = new LinkedHashMap<>();
        position.put("type", "postgresql");
        position.put("lsn", lsn);
        if (snapshot != null) {
            position.put("snapshot", snapshot);
        }
        return position;
    }
}
