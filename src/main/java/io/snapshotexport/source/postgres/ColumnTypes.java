package io.snapshotexport.source.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How values of each type are read. Domains are read as their base, arrays and composite types by their parts, and what has no
 * binary decoder as its text, to which the server casts it. Keeps what it learns of the catalog; belongs to one reader.
 */
final class ColumnTypes {

    private static final int XML = 142;
    private static final int BOX = 603;
    private static final int INET = 869;
    /** PostgreSQL's FirstNormalObjectId: types from here on are somebody's. */
    private static final int FIRST_MADE = 16384;

    private static final String TYPE = """
            SELECT typtype::text, typbasetype, CASE WHEN typcategory = 'A' AND typtype = 'b' THEN typelem ELSE 0 END, typrelid, typdelim::text
            FROM pg_type WHERE oid = ?
            """;
    private static final String ATTRIBUTES = """
            SELECT attname, atttypid FROM pg_attribute WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """;

    private final Connection connection;
    private final BinaryDecoders decoders;
    private final Map<Integer, Type> types = new HashMap<>();

    ColumnTypes(Connection connection, BinaryDecoders decoders) {
        this.connection = connection;
        this.decoders = decoders;
    }

    private record Attribute(String name, int type) {
    }

    private record Type(String kind, int base, int element, String delimiter, List<Attribute> attributes) {
    }

    /** @param sql an expression of the type */
    ColumnReading reading(String sql, int oid) throws SQLException {
        ValueDecoder binary = binary(oid);
        if (binary != null) {
            return new ColumnReading(sql, binary);
        }
        Type type = type(oid);
        return switch (type.kind()) {
            case "d" -> reading(sql, type.base());
            case "c" -> composite(sql, type);
            default -> type.element() != 0
                    ? new ColumnReading(textArray(sql, oid, type.element()), NestedDecoders.array(BinaryDecoders.TEXT))
                    : new ColumnReading(text(sql, oid), BinaryDecoders.TEXT);
        };
    }

    /**
     * The expression as the text form of its type. A cast is no such thing for every type: that of inet adds a mask, that of xml keeps an
     * encoding that the text does not have. And whoever makes a type may give it a cast, which would run in this session, with the rights of
     * the source's user; format() asks the type itself.
     */
    String text(String sql, int oid) throws SQLException {
        int base = base(oid);
        return base == INET || base == XML || isMade(base)
                ? "CASE WHEN " + sql + " IS DISTINCT FROM NULL THEN format('%s', " + sql + ") END"
                : sql + "::text";
    }

    private static boolean isMade(int oid) {
        return Integer.compareUnsigned(oid, FIRST_MADE) >= 0;
    }

    /** The type, or what the domain is of in the end. */
    int base(int oid) throws SQLException {
        if (decoders.of(oid) != null) {
            return oid;
        }
        Type type = type(oid);
        return type.kind().equals("d") ? base(type.base()) : oid;
    }

    boolean isEnum(int oid) throws SQLException {
        return decoders.of(oid) == null && type(oid).kind().equals("e");
    }

    /** Over the array's own text, because casts of elements to text may differ from their text forms. */
    private String textArray(String sql, int array, int element) throws SQLException {
        if (base(element) == BOX) {
            return sql + "::text[]";
        }
        return type(element).delimiter().equals(",") ? text(sql, array) + "::text[]" : textsOfElements(sql);
    }

    /** Where the array's text is not one of an array of texts: {@code {a:b}}, as PostGIS has it. */
    private static String textsOfElements(String sql) {
        return "CASE WHEN array_ndims(" + sql + ") > 1 THEN ARRAY[format('%s', " + sql + ")]"
                + " WHEN " + sql + " IS DISTINCT FROM NULL THEN ARRAY(SELECT CASE WHEN e IS DISTINCT FROM NULL THEN format('%s', e) END"
                + " FROM unnest(" + sql + ") WITH ORDINALITY AS elements(e, n) ORDER BY n) END";
    }

    /** A decoder of the type's own binary form, or null. */
    private ValueDecoder binary(int oid) throws SQLException {
        ValueDecoder known = decoders.of(oid);
        if (known != null) {
            return known;
        }
        Type type = type(oid);
        switch (type.kind()) {
            case "d":
                return binary(type.base());
            case "e":
                return BinaryDecoders.TEXT;
            case "c":
                List<ValueDecoder> attributes = new ArrayList<>();
                for (Attribute attribute : type.attributes()) {
                    attributes.add(binary(attribute.type()));
                }
                return attributes.contains(null) ? null : NestedDecoders.composite(names(type), attributes);
            default:
                ValueDecoder element = type.element() == 0 ? null : binary(type.element());
                return element == null ? null : NestedDecoders.array(element);
        }
    }

    /** Taken apart and put together again with what has to be text as text. A row of NULLs is not NULL itself. */
    private ColumnReading composite(String sql, Type type) throws SQLException {
        List<ColumnReading> attributes = new ArrayList<>();
        for (Attribute attribute : type.attributes()) {
            attributes.add(reading("(" + sql + ")." + Identifiers.quoted(attribute.name()), attribute.type()));
        }
        String row = attributes.stream().map(ColumnReading::sql)
                .collect(Collectors.joining(", ", "CASE WHEN " + sql + " IS DISTINCT FROM NULL THEN ROW(", ") END"));
        return new ColumnReading(row, NestedDecoders.composite(names(type), attributes.stream().map(ColumnReading::decoder).toList()));
    }

    private static List<String> names(Type type) {
        return type.attributes().stream().map(Attribute::name).toList();
    }

    private Type type(int oid) throws SQLException {
        Type known = types.get(oid);
        if (known == null) {
            known = load(oid);
            types.put(oid, known);
        }
        return known;
    }

    private Type load(int oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TYPE)) {
            statement.setLong(1, Integer.toUnsignedLong(oid));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long relation = row.getLong(4);
                return new Type(row.getString(1), (int) row.getLong(2), (int) row.getLong(3), row.getString(5),
                        relation == 0 ? List.of() : attributes(relation));
            }
        }
    }

    private List<Attribute> attributes(long relation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ATTRIBUTES)) {
            statement.setLong(1, relation);
            try (ResultSet row = statement.executeQuery()) {
                List<Attribute> attributes = new ArrayList<>();
                while (row.next()) {
                    attributes.add(new Attribute(row.getString(1), (int) row.getLong(2)));
                }
                return attributes;
            }
        }
    }
}
