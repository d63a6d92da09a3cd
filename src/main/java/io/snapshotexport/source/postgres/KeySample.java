package io.snapshotexport.source.postgres;

import io.snapshotexport.source.KeyRange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Cuts a table where a sample of its rows says. The sample is at most some thousand pages drawn by {@code TABLESAMPLE SYSTEM}, whatever
 * the table's size. Statistics would be cheaper still, but they may be missing or stale, know single columns
 * only and count rows; the sample weighs rows by their bytes, large values included without reading them.
 *
 * <p>The pages are drawn by their numbers, and rows do not move while a snapshot can see them. So one snapshot always has the same
 * sample, unless the table grows much: the percentage is halved until it fits, and not adjusted to every page.
 */
final class KeySample {

    /** At most: a tenth of what ANALYZE reads. */
    private static final int PAGES = 4096;
    /** Of smaller tables no more than this, or a quarter of what they hold: a cut should not take longer than what it saves. */
    private static final int FEW_PAGES = 2048;
    private static final int PAGE_BYTES = 8192;
    /** Of a row, beside its values of variable length. */
    private static final int ROW_BYTES = 40;

    private final Connection connection;
    private final String schema;

    KeySample(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    List<KeyRange> cut(Relation relation, List<Long> sizes) throws SQLException {
        KeyComparison key = KeyComparison.of(connection, schema, relation.name());
        TableSizes size = TableSizes.of(connection, List.of(relation)).getOrDefault(relation.oid(), TableSizes.NONE);
        if (sizes.size() < 2 || key.columns().isEmpty() || !size.heap()) {
            return List.of(KeyRange.ALL);
        }
        Table table = Table.find(connection, schema, relation.name()).orElseThrow();
        List<KeyRange> ranges = new ArrayList<>();
        List<String> from = List.of();
        for (List<String> next : begins(query(relation, table, key, percentage(size), sizes), key.columns().size())) {
            if (!next.equals(from)) {
                ranges.add(new KeyRange(from, next));
                from = next;
            }
        }
        ranges.add(new KeyRange(from, List.of()));
        return ranges;
    }

    static double percentage(TableSizes size) {
        long most = Math.max(FEW_PAGES, Math.min(PAGES, size.bytes() / PAGE_BYTES / 4));
        double percentage = 100;
        for (long drawn = size.pages(); drawn > most; drawn = (drawn + 1) / 2) {
            percentage /= 2;
        }
        return percentage;
    }

    /** The keys that the second range and each further one begins with. */
    private List<List<String>> begins(String query, int columns) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(query)) {
            List<List<String>> begins = new ArrayList<>();
            while (row.next()) {
                List<String> key = new ArrayList<>();
                for (int i = 0; i < columns; i++) {
                    key.add(row.getString(2 + i));
                }
                begins.add(key);
            }
            return begins;
        }
    }

    private String query(Relation relation, Table table, KeyComparison key, double percentage, List<Long> sizes) {
        List<String> names = IntStream.range(0, key.columns().size()).mapToObj(i -> "k" + i).toList();
        String keys = String.join(", ", names);
        String selected = IntStream.range(0, names.size()).mapToObj(i -> key.columns().get(i).sql() + " AS " + names.get(i))
                .collect(Collectors.joining(", "));
        String bytes = Stream.concat(Stream.of("" + ROW_BYTES), table.columns().stream().filter(Table.Column::variable)
                        .map(column -> "coalesce(pg_column_size(t." + Identifiers.quoted(column.name()) + "), 0)"))
                .collect(Collectors.joining(" + "));
        return """
                WITH sample AS (SELECT %s, (%s)::float8 AS bytes FROM %s AS t TABLESAMPLE SYSTEM (%s) REPEATABLE (0)),
                placed AS (SELECT %s, sum(bytes) OVER (ORDER BY %s ROWS UNBOUNDED PRECEDING) - bytes AS place, sum(bytes) OVER () AS total
                    FROM sample),
                dealt AS (SELECT %s, width_bucket(place / total, ARRAY[%s]::float8[]) AS part FROM placed)
                SELECT DISTINCT ON (part) part, %s FROM dealt WHERE part > 0 ORDER BY part, %s
                """.formatted(selected, bytes, relation.from(schema), percentage, keys, keys, keys, ends(sizes),
                names.stream().map(name -> "format('%s', " + name + ")").collect(Collectors.joining(", ")), keys);
    }

    /** Where each range but the last ends, as a fraction of all. */
    private static String ends(List<Long> sizes) {
        double total = sizes.stream().mapToLong(Long::longValue).sum();
        List<String> ends = new ArrayList<>();
        long end = 0;
        for (long size : sizes.subList(0, sizes.size() - 1)) {
            end += size;
            ends.add(Double.toString(end / total));
        }
        return String.join(", ", ends);
    }
}
