package io.snapshotexport.source.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What tables take on the disk now, which is known without statistics and never stale. A partitioned table is the sum of its
 * partitions. Opens the files of each table, so it waits for whoever has locked one.
 *
 * @param bytes rows and their TOAST, without indexes
 * @param pages of the rows
 * @param heap  whether they lie as PostgreSQL itself lays them, so that pages of them can be drawn
 */
record TableSizes(long bytes, long pages, boolean heap) {

    private static final String SIZES = """
            SELECT c.oid, sum(pg_relation_size(leaf.oid))::bigint,
                coalesce(sum(pg_relation_size(nullif(leaf.reltoastrelid, 0::oid))), 0)::bigint, current_setting('block_size')::int,
                bool_and(leaf.relam = (SELECT oid FROM pg_am WHERE amname = 'heap'))
            FROM pg_class c
            CROSS JOIN LATERAL (
                SELECT c.oid WHERE c.relkind <> 'p'
                UNION ALL
                SELECT t.relid FROM pg_partition_tree(c.oid) t WHERE c.relkind = 'p' AND t.isleaf) AS l(oid)
            JOIN pg_class leaf ON leaf.oid = l.oid
            WHERE c.oid = ANY (?)
            GROUP BY c.oid
            """;

    static final TableSizes NONE = new TableSizes(0, 0, false);

    /** By the table's oid; a partitioned table without partitions has none. */
    static Map<Long, TableSizes> of(Connection connection, List<Relation> tables) throws SQLException {
        Map<Long, TableSizes> sizes = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SIZES)) {
            statement.setArray(1, connection.createArrayOf("oid", tables.stream().map(Relation::oid).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    long rows = row.getLong(2);
                    sizes.put(row.getLong(1), new TableSizes(rows + row.getLong(3), rows / row.getInt(4), row.getBoolean(5)));
                }
            }
        }
        return sizes;
    }
}
