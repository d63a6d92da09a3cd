package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.format.StoredDocuments;
import java.nio.charset.StandardCharsets;

/**
 * A database path as PostgreSQL has it.
 *
 * @param path      as the user wrote it
 * @param database  the PostgreSQL database
 * @param schema    the schema whose tables are the collections
 * @param documents how its tables of documents hold them
 */
record PostgresDatabase(DatabasePath path, String database, String schema, StoredDocuments documents) {

    private static final int MAX_LEVELS = 2;
    /** PostgreSQL silently cuts longer names, and would then open another database than the one asked for. */
    private static final int MAX_NAME_BYTES = 63;

    static PostgresDatabase of(DatabasePath path, StoredDocuments documents) {
        if (path.names().size() > MAX_LEVELS) {
            throw new PermanentExportException("Database " + shown(path.toString()) + " does not exist: databases of region group "
                    + shown(path.regionGroup()) + " have at most one level of children; name `"
                    + path.regionGroup() + "/" + String.join("/", path.names().subList(0, MAX_LEVELS)) + "` or its parent.");
        }
        PostgresDatabase database = new PostgresDatabase(path, path.names().get(0),
                path.names().size() == MAX_LEVELS ? path.names().get(1) : "public", documents);
        if (database.isSystemSchema() || path.names().stream().anyMatch(PostgresDatabase::isTooLong)) {
            throw database.missing();
        }
        return database;
    }

    private boolean isSystemSchema() {
        return schema.startsWith("pg_") || schema.equals("information_schema");
    }

    private static boolean isTooLong(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES;
    }

    PermanentExportException missing() {
        return new PermanentExportException("Database " + this + " does not exist in region group " + shown(path.regionGroup())
                + "; check the name, which is case-sensitive.");
    }

    /** The path as it may stand in a message. */
    @Override
    public String toString() {
        return shown(path.toString());
    }
}
