package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.ExportId;
import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.SnapshotReader;
import io.snapshotexport.source.SourceCollection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** The transaction that exported the snapshot. It stays open until the end, so that readers can come at any time. */
final class PostgresSnapshot implements Snapshot {

    private static final Logger LOG = Logger.getLogger(PostgresSnapshot.class);

    private final Connections connections;
    private final ExportId export;
    private final PostgresDatabase database;
    private final Connection connection;
    private final String snapshotId;
    private final SnapshotPosition position;
    private final Catalog catalog;
    private final Set<Connection> reading = ConcurrentHashMap.newKeySet();
    private volatile boolean abandoned;
    private List<Relation> locked = List.of();

    private PostgresSnapshot(Connections connections, ExportId export, PostgresDatabase database, Connection connection)
            throws SQLException {
        this.connections = connections;
        this.export = export;
        this.database = database;
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            position = SnapshotPosition.begin(statement);
            try (ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
                row.next();
                snapshotId = row.getString(1);
            }
        }
        catalog = Catalog.of(connection, database);
    }

    static PostgresSnapshot open(Connections connections, ExportId export, PostgresDatabase database) {
        Connection connection = connections.open(export, database, "snapshot");
        boolean opened = false;
        try {
            PostgresSnapshot snapshot = new PostgresSnapshot(connections, export, database, connection);
            LOG.infof("snapshot opened exportId=%s database=%s takenAt=%s lsn=%s", export, database.path(), snapshot.takenAt(),
                    snapshot.position.lsn());
            opened = true;
            return snapshot;
        } catch (SQLException e) {
            throw PostgresErrors.of(e, "No snapshot of database " + database + " can be taken");
        } finally {
            if (!opened) {
                Connections.abort(connection);
            }
        }
    }

    @Override
    public Instant takenAt() {
        return position.takenAt();
    }

    @Override
    public Map<String, String> position() {
        return position.asMap();
    }

    /** Also locks the tables against what would change their rows for this snapshot: TRUNCATE, DROP, and ALTER that rewrites them. */
    @Override
    public List<SourceCollection> collections(List<String> requested) {
        try {
            List<Relation> relations = requested.isEmpty() ? catalog.userTables() : catalog.named(requested);
            catalog.checkReadable(relations);
            new TableLocks(connection, database).lock(relations);
            locked = relations;
            Map<Long, TableSizes> sizes = TableSizes.of(connection, relations);
            return relations.stream().map(relation -> new SourceCollection(relation.name(), relation.rowsEstimated(),
                    sizes.getOrDefault(relation.oid(), TableSizes.NONE).bytes())).toList();
        } catch (SQLException e) {
            throw PostgresErrors.of(e, "The collections of database " + database + " cannot be listed");
        }
    }

    @Override
    public List<KeyRange> cut(SourceCollection collection, List<Long> sizes) {
        try {
            return new KeySample(connection, database.schema()).cut(catalog.named(List.of(collection.name())).get(0), sizes);
        } catch (SQLException e) {
            throw PostgresErrors.of(e, "Collection " + shown(collection.name()) + " of database " + database + " cannot be cut");
        }
    }

    @Override
    public SnapshotReader openReader(int lane) {
        Connection opened = connections.open(export, database, "lane " + lane);
        reading.add(opened);
        if (abandoned) {
            Connections.abort(opened);
        }
        return PostgresReader.open(opened, database, snapshotId, takenAt());
    }

    /**
     * ATTACH PARTITION does not wait for readers of the parent: those that come later read the new partition, too. Nor do changes of types,
     * which only another transaction sees. So this one ends here, and holds nothing back at the source any longer.
     */
    @Override
    public void confirm() {
        try (Statement statement = connection.createStatement()) {
            new TableLocks(connection, database).confirm(locked);
            UsedTypes types = UsedTypes.of(connection, locked);
            statement.execute("COMMIT");
            if (!types.isEmpty()) {
                types.confirm(types.seenBy(connection), database);
            }
        } catch (SQLException e) {
            throw PostgresErrors.of(e, "What was read of database " + database + " cannot be confirmed");
        }
    }

    @Override
    public void abandon() {
        abandoned = true;
        reading.forEach(Connections::abort);
        Connections.abort(connection);
    }

    @Override
    public void close() {
        Connections.close(connection);
        LOG.infof("snapshot closed exportId=%s", export);
    }
}
