package io.snapshotexport.ops;

import io.snapshotexport.messaging.MessagingStart;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the topics have been found or made. A broker that goes away later is waited for, not reported here. */
@Readiness
class MessagingReady implements HealthCheck {

    private final MessagingStart start;

    @Inject
    MessagingReady(MessagingStart start) {
        this.start = start;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("topics").status(start.isReady()).build();
    }
}
