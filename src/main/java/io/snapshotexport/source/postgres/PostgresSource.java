package io.snapshotexport.source.postgres;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.format.StoredDocuments;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.Source;

/** The databases of one PostgreSQL server. */
public final class PostgresSource implements Source {

    private final Connections connections;
    private final StoredDocuments documents;
    private final int mostConnections;

    public PostgresSource(PostgresSourceConfig.Server server) {
        connections = new Connections(server);
        documents = server.documents();
        mostConnections = server.connections();
        if (mostConnections < 2) {
            throw new IllegalArgumentException("snapshot-export.postgresql.<region group>.connections is " + mostConnections
                    + ", but an export takes at least two: one keeps the snapshot, one reads");
        }
    }

    @Override
    public int mostConnections() {
        return mostConnections;
    }

    @Override
    public Snapshot openSnapshot(ExportId export, DatabasePath path) {
        return PostgresSnapshot.open(connections, export, PostgresDatabase.of(path, documents));
    }
}
