package io.snapshotexport.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * A process that reads all rows of a database by COPY and drops them: the least that reading can cost. No order, no columns left out or
 * cast; several connections divide the pages of each table. The same driver as the export's.
 */
final class BareCopy {

    private static final int WARM_UPS = 8;

    private BareCopy() {
    }

    /** The processes to measure, the JDBC URL to warm up with, the one to measure, and the connections. */
    public static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[3]);
        for (int i = 0; i < WARM_UPS; i++) {
            copyAll(arguments[1], connections);
        }
        System.out.println(Measured.here(arguments[0], () -> copyAll(arguments[2], connections)).asLine());
    }

    private static long copyAll(String jdbcUrl, int connections) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            List<Future<Long>> shares = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                int share = i;
                shares.add(threads.submit(() -> copyShare(jdbcUrl, share, connections)));
            }
            long bytes = 0;
            for (Future<Long> share : shares) {
                bytes += share.get();
            }
            return bytes;
        } finally {
            threads.shutdown();
        }
    }

    private static long copyShare(String jdbcUrl, int share, int shares) throws SQLException {
        long bytes = 0;
        try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
            for (String copy : copies(connection, share, shares)) {
                CopyOut rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copy);
                for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
                    bytes += row.length;
                }
            }
        }
        return bytes;
    }

    private static List<String> copies(Connection connection, int share, int shares) throws SQLException {
        List<String> copies = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet table = statement.executeQuery("""
                SELECT quote_ident(relname), pg_relation_size(oid) / current_setting('block_size')::bigint
                FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname""")) {
            while (table.next()) {
                long pages = table.getLong(2);
                String some = "SELECT * FROM %s WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)'"
                        .formatted(table.getString(1), pages * share / shares, pages * (share + 1) / shares);
                copies.add("COPY " + (shares == 1 ? table.getString(1) : "(" + some + ")") + " TO STDOUT (FORMAT binary)");
            }
        }
        return copies;
    }
}
