package io.snapshotexport.source.postgres;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.Source;

/** The databases of one PostgreSQL server. */
public final class PostgresSource implements Source {

    private final Connections connections;

    public PostgresSource(PostgresSourceConfig.Server server) {
        connections = new Connections(server);
    }

    @Override
    public Snapshot openSnapshot(ExportId export, DatabasePath path) {
        return PostgresSnapshot.open(connections, export, PostgresDatabase.of(path));
    }
}
