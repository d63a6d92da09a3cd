package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.TransientExportException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * ACCESS SHARE locks on the tables of a snapshot. TRUNCATE and ALTER TABLE that rewrites are not MVCC-safe: to a snapshot taken
 * before them the table looks empty (PostgreSQL documentation, section 13.6). The locks keep them out until the snapshot ends;
 * those that came between the snapshot and the lock show in the files that the tables lie in, and what was renamed or replaced in the names that
 * PostgreSQL's functions, which see what is there now, have for what the snapshot sees.
 */
final class TableLocks {

    private static final int TABLES_PER_STATEMENT = 200;

    private static final String CHANGED = """
            WITH RECURSIVE tree(root, oid, kind, file) AS (
                SELECT c.oid, c.oid, c.relkind, c.relfilenode FROM pg_class c WHERE c.oid = ANY (?)
                UNION ALL
                SELECT t.root, c.oid, c.relkind, c.relfilenode
                FROM tree t JOIN pg_inherits i ON i.inhparent = t.oid JOIN pg_class c ON c.oid = i.inhrelid
                WHERE t.kind = 'p'
            )
            SELECT root.relname FROM pg_class root
            WHERE root.oid IN (SELECT t.root FROM tree t WHERE t.kind = 'r' AND t.file IS DISTINCT FROM pg_relation_filenode(t.oid))
                OR root.relkind = 'p' AND root.oid IN (SELECT t.root FROM tree t GROUP BY t.root
                    HAVING array_agg(t.oid ORDER BY t.oid)
                        IS DISTINCT FROM (SELECT array_agg(relid::oid ORDER BY relid::oid) FROM pg_partition_tree(t.root::regclass)))
                OR root.oid = ANY (?) AND EXISTS (SELECT FROM pg_attribute a JOIN pg_namespace n ON n.oid = root.relnamespace
                    WHERE a.attrelid = root.oid AND a.attnum > 0 AND NOT a.attisdropped
                        AND (SELECT identity FROM pg_identify_object('pg_class'::regclass, root.oid, a.attnum))
                            IS DISTINCT FROM format('%I.%I.%I', n.nspname, root.relname, a.attname))
            ORDER BY root.relname
            """;

    private final Connection connection;
    private final PostgresDatabase database;

    TableLocks(Connection connection, PostgresDatabase database) {
        this.connection = connection;
        this.database = database;
    }

    /** @throws TransientExportException if a table was changed between the snapshot and the lock */
    void lock(List<Relation> relations) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int from = 0; from < relations.size(); from += TABLES_PER_STATEMENT) {
                List<Relation> some = relations.subList(from, Math.min(from + TABLES_PER_STATEMENT, relations.size()));
                statement.execute(some.stream()
                        .map(relation -> relation.from(database.schema()))
                        .collect(Collectors.joining(", ", "LOCK TABLE ", " IN ACCESS SHARE MODE")));
            }
        }
        confirm(relations);
    }

    /** @throws TransientExportException if a table is not any more what the snapshot has */
    void confirm(List<Relation> relations) throws SQLException {
        List<String> changed = changed(relations);
        if (!changed.isEmpty()) {
            throw new TransientExportException("In database " + database + ", " + String.join(", ", changed)
                    + " changed (TRUNCATE, ALTER TABLE or a partition that came or went) since the snapshot was taken.", null);
        }
    }

    private List<String> changed(List<Relation> relations) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CHANGED)) {
            Array oids = connection.createArrayOf("oid", relations.stream().map(Relation::oid).toArray());
            statement.setArray(1, oids);
            statement.setArray(2, oids);
            try (ResultSet row = statement.executeQuery()) {
                List<String> names = new ArrayList<>();
                while (row.next()) {
                    names.add(shown(row.getString(1)));
                }
                return names;
            }
        }
    }
}
