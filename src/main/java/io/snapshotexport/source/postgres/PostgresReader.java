package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.format.DocumentSink;
import io.snapshotexport.format.JsonOutput;
import io.snapshotexport.format.ValueWriter;
import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.SnapshotReader;
import io.snapshotexport.source.SourceCollection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/** A connection that sees an exported snapshot. */
final class PostgresReader implements SnapshotReader {

    private final Connection connection;
    private final PostgresDatabase database;
    private final Instant takenAt;

    private PostgresReader(Connection connection, PostgresDatabase database, Instant takenAt) {
        this.connection = connection;
        this.database = database;
        this.takenAt = takenAt;
    }

    /** Takes over the connection, which is closed if this fails. */
    static PostgresReader open(Connection connection, PostgresDatabase database, String snapshotId, Instant takenAt) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            statement.execute("SET TRANSACTION SNAPSHOT '" + snapshotId + "'");
            statement.execute("SAVEPOINT reading");
            return new PostgresReader(connection, database, takenAt);
        } catch (SQLException e) {
            Connections.abort(connection);
            // Whatever the code: the snapshot is gone, or this is another server than the one that took it.
            throw new TransientExportException("The snapshot of database " + database + " cannot be read by a second connection.", e);
        }
    }

    @Override
    public void read(SourceCollection collection, KeyRange range, DocumentFormat format, DocumentSink sink) throws IOException {
        boolean read = false;
        try {
            DocumentEncoder encoder;
            CopyRows rows;
            try {
                Table table = Table.find(connection, database.schema(), collection.name()).orElseThrow(() -> new PermanentExportException(
                        "In database " + database + ", collection " + shown(collection.name()) + " does not exist or has no primary key."));
                BinaryDecoders decoders = new BinaryDecoders(format);
                ColumnTypes types = new ColumnTypes(connection, decoders);
                DocumentId id = new DocumentId(table.key(), types, decoders);
                encoder = table.isDocumentTable()
                        ? new DocumentTableEncoder(table, database, collection.name(), takenAt, id, format)
                        : new RelationalEncoder(table, collection.name(), takenAt, id, types, new ValueWriter(format));
                rows = new CopyRows(connection.unwrap(PGConnection.class).getCopyAPI().copyOut(
                        query(table, collection, range, encoder)), encoder.selected().size());
            } catch (SQLException e) {
                throw failure(collection, e);
            }
            while (next(rows, collection)) {
                JsonOutput out = sink.beginDocument();
                encoder.encode(rows.row(), rows.at(), out);
                sink.endDocument();
            }
            releaseLocks(collection);
            read = true;
        } finally {
            if (!read) {
                Connections.abort(connection);
            }
        }
    }

    /** Those of this reader; the snapshot's own stay. With thousands of tables and their indexes the server would run out of locks. */
    private void releaseLocks(SourceCollection collection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK TO SAVEPOINT reading");
        } catch (SQLException e) {
            throw failure(collection, e);
        }
    }

    private boolean next(CopyRows rows, SourceCollection collection) {
        try {
            return rows.next();
        } catch (SQLException e) {
            throw failure(collection, e);
        }
    }

    private String query(Table table, SourceCollection collection, KeyRange range, DocumentEncoder encoder) throws SQLException {
        List<String> conditions = new ArrayList<>();
        if (!range.equals(KeyRange.ALL)) {
            conditions.addAll(KeyComparison.of(connection, database.schema(), collection.name()).conditions(range));
        }
        if (!encoder.condition().isEmpty()) {
            conditions.add("(" + encoder.condition() + ")");
        }
        return "COPY (SELECT " + String.join(", ", encoder.selected())
                + " FROM " + (table.partitioned() ? "" : "ONLY ") + Identifiers.quoted(database.schema()) + "."
                + Identifiers.quoted(collection.name()) + " t"
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                + table.key().stream().map(column -> "t." + Identifiers.quoted(column.name()))
                        .collect(Collectors.joining(", ", " ORDER BY ", ""))
                + ") TO STDOUT (FORMAT binary)";
    }

    private RuntimeException failure(SourceCollection collection, SQLException e) {
        return PostgresErrors.of(e, "Collection " + shown(collection.name()) + " of database " + database + " cannot be read");
    }

    @Override
    public void close() {
        Connections.close(connection);
    }
}
