package io.snapshotexport.source;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.source.postgres.PostgresSource;
import io.snapshotexport.source.postgres.PostgresSourceConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.TreeMap;

/** The source of each configured region group. */
@ApplicationScoped
public class Sources {

    private final Map<String, Source> byRegionGroup = new TreeMap<>();

    public Sources(PostgresSourceConfig postgres) {
        postgres.regionGroups().forEach((regionGroup, server) -> byRegionGroup.put(regionGroup, new PostgresSource(server)));
    }

    /** @throws PermanentExportException if the database's region group has no source on this worker */
    public Source of(DatabasePath database) {
        Source source = byRegionGroup.get(database.regionGroup());
        if (source == null) {
            throw new PermanentExportException("Database " + InvalidValueException.shown(database.toString())
                    + " cannot be read: no source is configured for the region group "
                    + InvalidValueException.shown(database.regionGroup()) + " on this worker.");
        }
        return source;
    }
}
