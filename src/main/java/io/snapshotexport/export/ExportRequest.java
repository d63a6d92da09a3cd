package io.snapshotexport.export;

import static io.snapshotexport.export.InvalidValueException.shown;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What somebody wants to have exported, and where to.
 *
 * @param account     the account that asks and will see the export
 * @param database    the database; its child databases are no part of the export
 * @param collections the collections as named by the client, without duplicates; empty means every user-defined one
 * @param format      how values are written
 * @param datafiles   what the files are
 * @param destination where the files go
 */
public record ExportRequest(String account, DatabasePath database, List<String> collections, DocumentFormat format, Datafiles datafiles,
                            S3Destination destination) {

    private static final int MAX_NAME_LENGTH = 64;
    private static final Set<String> SYSTEM_COLLECTIONS =
            Set.of("Collection", "Database", "Function", "Role", "Key", "Token", "AccessProvider", "Credential");

    public ExportRequest {
        Names.check("account", account, account, "the account", 255, "name the account that the export belongs to.");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(datafiles, "datafiles");
        Objects.requireNonNull(destination, "destination");
        collections = List.copyOf(new LinkedHashSet<>(collections));
        for (String name : collections) {
            Names.check("collections", name, name, "a collection name", MAX_NAME_LENGTH, "name user-defined collections, such as `Product`.");
            if (SYSTEM_COLLECTIONS.contains(name)) {
                throw new InvalidValueException("collections", "`collections` has " + shown(name)
                        + ", a system collection, which cannot be exported; name user-defined collections only.");
            }
        }
    }

    /** Whether every user-defined collection is wanted. */
    public boolean wholeDatabase() {
        return collections.isEmpty();
    }
}
