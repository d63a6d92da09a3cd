package io.snapshotexport.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.snapshotexport.s3.S3RequestListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The worker's requests to S3. All labels are there from the start, as in {@link ExportMetrics}. */
@ApplicationScoped
class S3Metrics implements S3RequestListener {

    private final boolean workerRole;
    private final MeterRegistry registry;

    @Inject
    S3Metrics(@ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole, MeterRegistry registry) {
        this.workerRole = workerRole;
        this.registry = registry;
    }

    void onStart(@Observes StartupEvent event) {
        if (workerRole) {
            for (Request request : Request.values()) {
                retries(request);
                for (Outcome outcome : Outcome.values()) {
                    requests(request, outcome);
                }
            }
        }
    }

    @Override
    public void ended(Request request, Outcome outcome, int retries, Duration took) {
        requests(request, outcome).record(took);
        if (retries > 0) {
            retries(request).increment(retries);
        }
    }

    private Timer requests(Request request, Outcome outcome) {
        return Metric.S3_REQUESTS.timer(registry, "request", Metric.label(request), "outcome", Metric.label(outcome));
    }

    private Counter retries(Request request) {
        return Metric.S3_RETRIES.counter(registry, "request", Metric.label(request));
    }
}
