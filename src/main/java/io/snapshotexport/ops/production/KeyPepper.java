package io.snapshotexport.ops.production;

import io.snapshotexport.account.AccountConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The pepper is what makes stolen hashes of account keys worthless. */
@ApplicationScoped
class KeyPepper implements SettingsCheck {

    private static final String DEFAULT = "snapshot-export";
    private static final int SHORTEST = 16;

    private final boolean apiRole;
    private final String pepper;

    @Inject
    KeyPepper(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole, AccountConfig config) {
        this.apiRole = apiRole;
        this.pepper = config.keyPepper();
    }

    @Override
    public String name() {
        return "key-pepper";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings() {
        if (!apiRole || !pepper.equals(DEFAULT) && pepper.length() >= SHORTEST) {
            return List.of();
        }
        return List.of("snapshot-export.account.key-pepper " + (pepper.equals(DEFAULT) ? "is the one that everybody knows"
                : "has fewer than " + SHORTEST + " characters") + "; set a random one, such as `openssl rand -hex 32` prints, before keys are made.");
    }
}
