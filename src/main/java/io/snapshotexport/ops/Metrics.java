package io.snapshotexport.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.snapshotexport.s3.UploadCounts;
import io.snapshotexport.source.OpenSnapshots;
import io.snapshotexport.worker.StaleFiles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.function.ToDoubleFunction;

/** What this process tells at {@code /q/metrics}; the names stand here and nowhere else. */
@ApplicationScoped
class Metrics {

    private static final String SNAPSHOT_AGE = "snapshot.export.source.snapshot.age";
    private static final String FILES_EMPTIED = "snapshot.export.stale.files.emptied";
    private static final String UPLOADS_ABORTED = "snapshot.export.s3.uploads.aborted";
    private static final String UPLOADS_LEFT_OPEN = "snapshot.export.s3.uploads.left.open";

    @Produces
    @ApplicationScoped
    MeterBinder snapshotAge(OpenSnapshots snapshots) {
        return (MeterRegistry registry) -> Gauge.builder(SNAPSHOT_AGE, snapshots, OpenSnapshots::oldestAgeSeconds)
                .baseUnit("seconds")
                .description("The age of the oldest snapshot that this process holds open in a source; 0 if it holds none")
                .register(registry);
    }

    @Produces
    @ApplicationScoped
    MeterBinder leftovers(StaleFiles staleFiles, UploadCounts uploads) {
        return registry -> {
            count(registry, FILES_EMPTIED, staleFiles, StaleFiles::emptied,
                    "Collection files overwritten with ones without documents, because an attempt that came to nothing may have written them");
            count(registry, UPLOADS_ABORTED, uploads, UploadCounts::aborted, "Multipart uploads that were aborted");
            count(registry, UPLOADS_LEFT_OPEN, uploads, UploadCounts::leftOpen,
                    "Multipart uploads that the bucket would not abort; their parts cost storage");
        };
    }

    private static <T> void count(MeterRegistry registry, String name, T from, ToDoubleFunction<T> value, String description) {
        FunctionCounter.builder(name, from, value).description(description).register(registry);
    }
}
