package io.snapshotexport.ops;

import io.snapshotexport.store.StoreStart;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the schema is there. A worker needs no store. */
@Readiness
class StoreReady implements HealthCheck {

    private final boolean apiRole;
    private final StoreStart start;

    @Inject
    StoreReady(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole, StoreStart start) {
        this.apiRole = apiRole;
        this.start = start;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("store").status(!apiRole || start.isReady()).build();
    }
}
