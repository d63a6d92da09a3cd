package io.snapshotexport.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.snapshotexport.source.OpenSnapshots;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

/** What this process tells at {@code /q/metrics}; the names stand here and nowhere else. */
@ApplicationScoped
class Metrics {

    private static final String SNAPSHOT_AGE = "snapshot.export.source.snapshot.age";

    @Produces
    @ApplicationScoped
    MeterBinder snapshotAge(OpenSnapshots snapshots) {
        return (MeterRegistry registry) -> Gauge.builder(SNAPSHOT_AGE, snapshots, OpenSnapshots::oldestAgeSeconds)
                .baseUnit("seconds")
                .description("The age of the oldest snapshot that this process holds open in a source; 0 if it holds none")
                .register(registry);
    }
}
