package io.snapshotexport.ops.production;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** An owner's key for every database lies where the configuration lies. */
@ApplicationScoped
class FirstAccountKey implements SettingsCheck {

    private final boolean apiRole;
    private final Optional<String> key;

    @Inject
    FirstAccountKey(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole,
                    @ConfigProperty(name = "snapshot-export.first-account-key") Optional<String> key) {
        this.apiRole = apiRole;
        this.key = key;
    }

    @Override
    public String name() {
        return "first-account-key";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings() {
        return !apiRole || key.isEmpty() ? List.of()
                : List.of("snapshot-export.first-account-key is set, a key that may export everything; take it out of the configuration, and make "
                + "accounts and keys with the commands `account create` and `key create`.");
    }
}
