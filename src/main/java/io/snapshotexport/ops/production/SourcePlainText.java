package io.snapshotexport.ops.production;

import io.snapshotexport.source.postgres.PostgresSourceConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Everything that is exported comes this way. */
@ApplicationScoped
class SourcePlainText implements SettingsCheck {

    private final boolean workerRole;
    private final PostgresSourceConfig config;

    @Inject
    SourcePlainText(@ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole, PostgresSourceConfig config) {
        this.workerRole = workerRole;
        this.config = config;
    }

    @Override
    public String name() {
        return "source-plain-text";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings() {
        return !workerRole ? List.of() : new TreeMap<>(config.regionGroups()).entrySet().stream()
                .map(group -> PostgresTls.findingOfJdbc("snapshot-export.postgresql." + group.getKey() + ".url", group.getValue().url()))
                .flatMap(Optional::stream).toList();
    }
}
