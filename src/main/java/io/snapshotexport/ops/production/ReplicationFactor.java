package io.snapshotexport.ops.production;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Topics that will be made would lie on one broker. */
@ApplicationScoped
class ReplicationFactor implements SettingsCheck {

    private final Optional<Short> factor;

    @Inject
    ReplicationFactor(@ConfigProperty(name = "snapshot-export.kafka.replication-factor") Optional<Short> factor) {
        this.factor = factor;
    }

    @Override
    public String name() {
        return "replication-factor";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings() {
        return factor.filter(replicas -> replicas == 1).map(one -> List.of("snapshot-export.kafka.replication-factor is 1, so that a broker that is "
                + "lost takes every request with it; use 3.")).orElse(List.of());
    }
}
