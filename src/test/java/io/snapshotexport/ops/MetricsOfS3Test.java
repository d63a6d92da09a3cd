package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.snapshotexport.s3.S3RequestListener.Outcome;
import io.snapshotexport.s3.S3RequestListener.Request;
import io.snapshotexport.s3.UploadCounts;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Values of metrics that no S3 server at hand can be brought to raise. */
class MetricsOfS3Test {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void requestsAreCountedOnceAndEachOfTheirRepetitions() {
        S3Metrics metrics = new S3Metrics(true, registry);
        metrics.onStart(null);
        metrics.ended(Request.PART, Outcome.SUCCESS, 2, Duration.ofMillis(300));
        metrics.ended(Request.PART, Outcome.SUCCESS, 0, Duration.ofMillis(100));
        metrics.ended(Request.PUT, Outcome.UNAVAILABLE, 1, Duration.ofMillis(100));

        assertThat(registry.get("snapshot.export.s3.retries").tag("request", "part").counter().count()).isEqualTo(2);
        assertThat(registry.get("snapshot.export.s3.retries").tag("request", "put").counter().count()).isEqualTo(1);
        assertThat(registry.get("snapshot.export.s3.retries").tag("request", "finish").counter().count()).isZero();
        assertThat(registry.get("snapshot.export.s3.requests").tag("request", "part").tag("outcome", "success").timer().count()).isEqualTo(2);
    }

    @Test
    void uploadsThatWereAbortedAndThoseLeftOpenAreToldApart() {
        UploadCounts uploads = new UploadCounts() {
            @Override
            public long aborted() {
                return 3;
            }

            @Override
            public long leftOpen() {
                return 7;
            }
        };
        new WorkerMetrics(true, registry, null, null, null, uploads).onStart(null);

        assertThat(registry.get("snapshot.export.s3.uploads.aborted").functionCounter().count()).isEqualTo(3);
        assertThat(registry.get("snapshot.export.s3.uploads.left.open").functionCounter().count()).isEqualTo(7);
    }
}
