package io.snapshotexport.source.postgres;

import io.snapshotexport.source.KeyRange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How SQL compares a table's primary key with given values, in the key's own order: the operators are those of the primary key's
 * index, by their full names, because the ones that a bare {@code >=} finds may order otherwise (citext) or not exist. One row
 * comparison has one operator for all columns, so this compares the key's longest prefix whose operators have the same names;
 * for keys of built-in types that is all of it. PostgreSQL turns such a comparison into a range of the index (documentation,
 * section 9.25.5).
 *
 * @param columns  the prefix; empty if the key has no order
 * @param less     the operator, as SQL names it
 * @param notLess  its negation
 */
record KeyComparison(List<KeyColumn> columns, String less, String notLess) {

    /** A column, and the type of what it is compared with. */
    record KeyColumn(String name, String type) {

        String sql() {
            return "t." + Identifiers.quoted(name);
        }
    }

    /** Values have the operator's type, or the column's own where that is a family of types such as arrays and enums. */
    private static final String COLUMNS = """
            SELECT a.attname, format_type(CASE WHEN input.typtype = 'p' THEN a.atttypid ELSE input.oid END, -1),
                ls.nspname, l.oprname, ns.nspname, n.oprname
            FROM pg_class c
            JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indisvalid
            CROSS JOIN generate_series(0, i.indnkeyatts - 1) AS place
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[place]
            LEFT JOIN pg_opclass class ON class.oid = i.indclass[place]
                AND class.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree')
            LEFT JOIN pg_type input ON input.oid = class.opcintype
            LEFT JOIN pg_amop la ON la.amopfamily = class.opcfamily AND la.amopstrategy = 1
                AND la.amoplefttype = class.opcintype AND la.amoprighttype = class.opcintype
            LEFT JOIN pg_operator l ON l.oid = la.amopopr
            LEFT JOIN pg_namespace ls ON ls.oid = l.oprnamespace
            LEFT JOIN pg_amop na ON na.amopfamily = class.opcfamily AND na.amopstrategy = 4
                AND na.amoplefttype = class.opcintype AND na.amoprighttype = class.opcintype
            LEFT JOIN pg_operator n ON n.oid = na.amopopr
            LEFT JOIN pg_namespace ns ON ns.oid = n.oprnamespace
            WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND c.relname = ?
            ORDER BY place
            """;

    static KeyComparison of(Connection connection, String schema, String table) throws SQLException {
        List<KeyColumn> columns = new ArrayList<>();
        String less = null;
        String notLess = null;
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next() && row.getString(4) != null && row.getString(6) != null) {
                    String operator = operator(row.getString(3), row.getString(4));
                    String negation = operator(row.getString(5), row.getString(6));
                    if (!columns.isEmpty() && !(operator.equals(less) && negation.equals(notLess))) {
                        break;
                    }
                    less = operator;
                    notLess = negation;
                    columns.add(new KeyColumn(row.getString(1), row.getString(2)));
                }
            }
        }
        return new KeyComparison(columns, less, notLess);
    }

    private static String operator(String schema, String name) {
        return "OPERATOR(" + Identifiers.quoted(schema) + "." + name + ")";
    }

    /** The range as the condition of a WHERE. */
    List<String> conditions(KeyRange range) {
        List<String> conditions = new ArrayList<>();
        if (!range.from().isEmpty()) {
            conditions.add(condition(notLess, range.from()));
        }
        if (!range.to().isEmpty()) {
            conditions.add(condition(less, range.to()));
        }
        return conditions;
    }

    private String condition(String operator, List<String> values) {
        if (values.size() != columns.size()) {
            throw new IllegalArgumentException("a range by " + values.size() + " values, but the key has " + columns.size());
        }
        return row(columns.stream().map(KeyColumn::sql).toList()) + " " + operator + " "
                + row(IntStream.range(0, values.size()).mapToObj(i -> literal(values.get(i)) + "::" + columns.get(i).type()).toList());
    }

    private static String row(List<String> parts) {
        return parts.stream().collect(Collectors.joining(", ", "ROW(", ")"));
    }

    /** Connections have {@code standard_conforming_strings} on. */
    private static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
