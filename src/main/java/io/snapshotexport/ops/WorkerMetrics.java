package io.snapshotexport.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.snapshotexport.s3.UploadCounts;
import io.snapshotexport.source.OpenSnapshots;
import io.snapshotexport.worker.RunningAttempts;
import io.snapshotexport.worker.StaleFiles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What a worker counts by itself, read when somebody asks. */
@ApplicationScoped
class WorkerMetrics {

    private final boolean workerRole;
    private final MeterRegistry registry;
    private final RunningAttempts running;
    private final OpenSnapshots snapshots;
    private final StaleFiles staleFiles;
    private final UploadCounts uploads;

    @Inject
    WorkerMetrics(@ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole, MeterRegistry registry, RunningAttempts running,
                  OpenSnapshots snapshots, StaleFiles staleFiles, UploadCounts uploads) {
        this.workerRole = workerRole;
        this.registry = registry;
        this.running = running;
        this.snapshots = snapshots;
        this.staleFiles = staleFiles;
        this.uploads = uploads;
    }

    void onStart(@Observes StartupEvent started) {
        if (!workerRole) {
            return;
        }
        Metric.SLOTS.gauge(registry, running, RunningAttempts::count, "state", "busy");
        Metric.SLOTS.gauge(registry, running, attempts -> attempts.slots() - attempts.count(), "state", "free");
        Metric.DOCUMENTS.count(registry, running, RunningAttempts::documents);
        Metric.BYTES.count(registry, running, RunningAttempts::bytes);
        Metric.FILES.count(registry, running, RunningAttempts::files);
        Metric.SNAPSHOT_AGE.gauge(registry, snapshots, OpenSnapshots::oldestAgeSeconds);
        Metric.FILES_EMPTIED.count(registry, staleFiles, StaleFiles::emptied);
        Metric.UPLOADS_ABORTED.count(registry, uploads, UploadCounts::aborted);
        Metric.UPLOADS_LEFT_OPEN.count(registry, uploads, UploadCounts::leftOpen);
    }
}
