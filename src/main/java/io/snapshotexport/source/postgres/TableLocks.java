package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.TransientExportException;
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
 * before them the table looks empty (PostgreSQL documentation, section 13.6). The locks keep them out until the snapshot is closed;
 * those that came between the snapshot and the lock show in the files that the tables lie in.
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
                    HAVING count(*) <> (SELECT count(*) FROM pg_partition_tree(t.root::regclass)))
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
        List<String> changed = changed(relations);
        if (!changed.isEmpty()) {
            throw new TransientExportException("In database " + database + ", " + String.join(", ", changed)
                    + " changed (TRUNCATE, ALTER TABLE or a partition that came or went) while the snapshot was taken.", null);
        }
    }

    private List<String> changed(List<Relation> relations) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CHANGED)) {
            statement.setArray(1, connection.createArrayOf("oid", relations.stream().map(Relation::oid).toArray()));
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
