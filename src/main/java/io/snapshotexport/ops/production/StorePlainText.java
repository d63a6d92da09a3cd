package io.snapshotexport.ops.production;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The store has the hashes of all keys. */
@ApplicationScoped
class StorePlainText implements SettingsCheck {

    private final boolean apiRole;
    private final String url;

    @Inject
    StorePlainText(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole,
                   @ConfigProperty(name = "snapshot-export.store.url") String url) {
        this.apiRole = apiRole;
        this.url = url;
    }

    @Override
    public String name() {
        return "store-plain-text";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings() {
        return apiRole ? PostgresTls.finding("snapshot-export.store.url", url).stream().toList() : List.of();
    }
}
