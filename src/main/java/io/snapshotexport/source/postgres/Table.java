package io.snapshotexport.source.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A table with its columns in their order.
 *
 * @param key the columns of the primary key, in the key's order
 */
record Table(boolean partitioned, List<Column> columns, List<Column> key) {

    private static final int TIMESTAMPTZ = 1184;
    private static final Set<Integer> JSON = Set.of(114, 3802);

    private static final String COLUMNS = """
            SELECT a.attname, a.atttypid, a.attgenerated <> '', a.attlen < 0,
                array_position(i.indkey[0:i.indnkeyatts - 1]::int2[], a.attnum), c.relkind = 'p'
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indisvalid
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE n.nspname = ? AND c.relname = ?
            ORDER BY a.attnum
            """;

    /**
     * A column.
     *
     * @param type     the type's oid
     * @param variable whether values differ in length
     */
    record Column(String name, int type, boolean generated, boolean variable) {
    }

    /** The table, unless there is none of that name with a primary key. */
    static Optional<Table> find(Connection connection, String schema, String name) throws SQLException {
        List<Column> columns = new ArrayList<>();
        Map<Integer, Column> key = new TreeMap<>();
        boolean partitioned = false;
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, schema);
            statement.setString(2, name);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Column column = new Column(row.getString(1), (int) row.getLong(2), row.getBoolean(3), row.getBoolean(4));
                    columns.add(column);
                    int place = row.getInt(5);
                    if (!row.wasNull()) {
                        key.put(place, column);
                    }
                    partitioned = row.getBoolean(6);
                }
            }
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(new Table(partitioned, columns, List.copyOf(key.values())));
    }

    Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** Whether its rows are documents already: exactly {@code id}, {@code ts}, {@code data}, and {@code ttl} where it is wanted. */
    boolean isDocumentTable() {
        Set<String> names = columns.stream().filter(column -> !column.generated()).map(Column::name)
                .collect(Collectors.toCollection(HashSet::new));
        boolean ttl = names.remove("ttl");
        return names.equals(Set.of("id", "ts", "data"))
                && key.size() == 1 && key.get(0).name().equals("id")
                && column("ts").orElseThrow().type() == TIMESTAMPTZ
                && JSON.contains(column("data").orElseThrow().type())
                && (!ttl || column("ttl").orElseThrow().type() == TIMESTAMPTZ);
    }
}
