package io.snapshotexport.source.postgres;

import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.TransientExportException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The composite types and enums in the columns of some tables, as a transaction sees them. No lock on a table keeps them as they are, and the
 * server reads values with what a type is now: of a value of a snapshot an attribute that was dropped meanwhile is gone, and a label that was
 * renamed is another. What is added harms no value that was there before.
 */
final class UsedTypes {

    /** Types depend on their elements, bases and subtypes; what PostgreSQL brings along has no dependencies, and does not change. */
    private static final String IN_COLUMNS = """
            WITH RECURSIVE used(oid) AS (
                SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped
                UNION
                SELECT part.oid FROM used u JOIN pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
                    SELECT d.refobjid FROM pg_depend d
                    WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_type'::regclass
                    UNION ALL
                    SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                ) part(oid)
            )
            """;
    private static final String GIVEN = "WITH used(oid) AS (SELECT unnest(?))\n";
    private static final String TRAITS = """
            SELECT t.typname, t.oid, trait.kind, trait.number, trait.value FROM used u JOIN pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
                SELECT 'attribute', a.attnum::bigint, a.atttypid::text
                FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL
                SELECT 'label', e.oid::bigint, e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid
            ) trait(kind, number, value)
            """;

    private final Map<Trait, String> namesOfTypes;

    /**
     * Something that a type must not lose.
     *
     * @param type   its oid
     * @param number of the attribute or label, which stays when it is renamed
     * @param value  the attribute's type, or the label
     */
    private record Trait(long type, String kind, long number, String value) {
    }

    private UsedTypes(Map<Trait, String> namesOfTypes) {
        this.namesOfTypes = namesOfTypes;
    }

    static UsedTypes of(Connection connection, List<Relation> relations) throws SQLException {
        return asked(connection, IN_COLUMNS + TRAITS, relations.stream().map(Relation::oid));
    }

    /** The same types, as another transaction sees them. */
    UsedTypes seenBy(Connection connection) throws SQLException {
        return asked(connection, GIVEN + TRAITS, namesOfTypes.keySet().stream().map(Trait::type).distinct());
    }

    private static UsedTypes asked(Connection connection, String query, Stream<Long> oids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setArray(1, connection.createArrayOf("oid", oids.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                Map<Trait, String> names = new HashMap<>();
                while (row.next()) {
                    names.put(new Trait(row.getLong(2), row.getString(3), row.getLong(4), row.getString(5)), row.getString(1));
                }
                return new UsedTypes(names);
            }
        }
    }

    boolean isEmpty() {
        return namesOfTypes.isEmpty();
    }

    /** @throws TransientExportException if a type has lost something; it names the types */
    void confirm(UsedTypes now, PostgresDatabase database) {
        Map<Trait, String> lost = new HashMap<>(namesOfTypes);
        lost.keySet().removeAll(now.namesOfTypes.keySet());
        if (!lost.isEmpty()) {
            String changed = lost.values().stream().distinct().sorted().map(InvalidValueException::shown).collect(Collectors.joining(", "));
            throw new TransientExportException("In database " + database + ", the type " + changed + " changed (an attribute of a composite"
                    + " type was dropped, or a label of an enum renamed) since the snapshot was taken.", null);
        }
    }
}
