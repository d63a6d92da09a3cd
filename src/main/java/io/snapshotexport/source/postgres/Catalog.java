package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.PermanentExportException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the schema of a database holds, as the transaction sees it. */
final class Catalog {

    private static final int MAX_NAMES_SHOWN = 10;

    private static final String RELATIONS = """
            SELECT c.oid, c.relname, c.relkind::text, c.relispartition,
                -- Nothing is said of a table that has been dropped since: the lock will miss it.
                coalesce(has_table_privilege(c.oid, 'SELECT'), true), row_security_active(c.oid),
                CASE c.relkind
                    WHEN 'p' THEN (SELECT sum(leaf.reltuples)::bigint FROM pg_partition_tree(c.oid) t
                        JOIN pg_class leaf ON leaf.oid = t.relid WHERE t.isleaf AND leaf.reltuples >= 0)
                    ELSE c.reltuples::bigint
                END,
                EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid),
                EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'),
                pg_is_in_recovery() AND (c.relpersistence = 'u' OR c.relkind = 'p' AND EXISTS (
                    SELECT FROM pg_partition_tree(c.oid) t JOIN pg_class leaf ON leaf.oid = t.relid WHERE leaf.relpersistence = 'u'))
            FROM pg_class c
            WHERE c.relnamespace = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            """;

    private final PostgresDatabase database;
    private final Map<String, Relation> relations;

    private Catalog(PostgresDatabase database, Map<String, Relation> relations) {
        this.database = database;
        this.relations = relations;
    }

    /** @throws PermanentExportException if the schema does not exist */
    static Catalog of(Connection connection, PostgresDatabase database) throws SQLException {
        requireEncoding(connection, database);
        return new Catalog(database, relations(connection, namespace(connection, database)));
    }

    /** Text of such a database is sent as it is, in whatever encoding somebody wrote it. */
    private static void requireEncoding(Connection connection, PostgresDatabase database) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("SHOW server_encoding")) {
            row.next();
            if (row.getString(1).equals("SQL_ASCII")) {
                throw new PermanentExportException("Database " + database + " has the encoding SQL_ASCII, which does not say what its texts are;"
                        + " move it to UTF8.");
            }
        }
    }

    private static long namespace(Connection connection, PostgresDatabase database) throws SQLException {
        String query = "SELECT oid, has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, database.schema());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw database.missing();
                }
                if (!row.getBoolean(2)) {
                    throw new PermanentExportException("Database " + database + " cannot be read: the source's user lacks the privilege"
                            + " USAGE on the schema " + shown(database.schema()) + "; grant it.");
                }
                return row.getLong(1);
            }
        }
    }

    private static Map<String, Relation> relations(Connection connection, long namespace) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELATIONS)) {
            statement.setLong(1, namespace);
            try (ResultSet row = statement.executeQuery()) {
                Map<String, Relation> relations = new TreeMap<>();
                while (row.next()) {
                    long rows = row.getLong(7);
                    Relation relation = new Relation(row.getLong(1), row.getString(2),
                            Relation.Kind.of(row.getString(3), row.getBoolean(4)), row.wasNull() ? -1 : rows, row.getBoolean(8),
                            row.getBoolean(5), row.getBoolean(6), row.getBoolean(9), row.getBoolean(10));
                    relations.put(relation.name(), relation);
                }
                return relations;
            }
        }
    }

    /** All tables but those that extensions brought, by name. */
    List<Relation> userTables() {
        return relations.values().stream().filter(relation -> relation.kind().isCollection() && !relation.ofExtension()).toList();
    }

    /** @throws PermanentExportException if a name is none of a table; it tells what is wrong with each such name */
    List<Relation> named(List<String> names) {
        List<Relation> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String name : new TreeSet<>(names)) {
            Relation relation = relations.get(name);
            if (relation == null) {
                missing.add(shown(name));
            } else if (relation.kind().isCollection()) {
                found.add(relation);
            } else {
                others.add("collection " + shown(name) + " is " + relation.kind().words());
            }
        }
        if (!missing.isEmpty()) {
            others.add(0, (missing.size() == 1 ? "collection " + missing.get(0) + " does" : "collections " + all(missing) + " do")
                    + " not exist");
        }
        if (!others.isEmpty()) {
            List<String> existing = userTables().stream().map(relation -> shown(relation.name())).toList();
            throw new PermanentExportException("In database " + database + ", " + String.join(", and ", others)
                    + (existing.isEmpty() ? "; it has no collections." : "; it has " + some(existing) + "."));
        }
        return found;
    }

    /** @throws PermanentExportException if there are tables whose rows have no id, or that cannot be read as a whole; it names them */
    void checkReadable(List<Relation> tables) {
        check(tables, relation -> !relation.readable(), "cannot be read: the source's user lacks the privilege SELECT; grant it");
        check(tables, Relation::filtered, "cannot be read as a whole: row-level security hides rows from the source's user;"
                + " give that user the attribute BYPASSRLS");
        check(tables, relation -> !relation.keyed(), "cannot be exported: without a primary key rows have no id;"
                + " add one, or name the other collections in the request");
        check(tables, Relation::unreplicated, "cannot be read on a replica, which has no rows of unlogged tables; name the other collections in the"
                + " request, or have the region group read the primary");
    }

    private void check(List<Relation> tables, Predicate<Relation> isWrong, String what) {
        List<String> wrong = tables.stream().filter(isWrong).map(relation -> shown(relation.name())).toList();
        if (!wrong.isEmpty()) {
            throw new PermanentExportException("In database " + database + ", collection" + (wrong.size() == 1 ? " " : "s ")
                    + all(wrong) + " " + what + ".");
        }
    }

    private static String all(List<String> names) {
        return String.join(", ", names);
    }

    private static String some(List<String> names) {
        return names.size() <= MAX_NAMES_SHOWN ? all(names)
                : Stream.concat(names.stream().limit(MAX_NAMES_SHOWN), Stream.of((names.size() - MAX_NAMES_SHOWN) + " more"))
                        .collect(Collectors.joining(", "));
    }
}
