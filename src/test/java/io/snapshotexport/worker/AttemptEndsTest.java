package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.RegionGroups;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.Trail;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.messaging.RecordedLogs;
import io.snapshotexport.messaging.TakenRequest;
import io.snapshotexport.s3.S3Buckets;
import io.snapshotexport.s3.S3Config;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is published when an attempt has come to nothing. */
@Timeout(30)
class AttemptEndsTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration BACK_OFF = Duration.ofMillis(400);
    private static final LeaseTimes TIMES = new LeaseTimes(Duration.ofSeconds(3), LEASE, Duration.ofSeconds(60));
    private static final String RETRIES = "export-retries";
    private static final String STATES = "export-states";

    private final WorkerStop stop = new WorkerStop();

    private static TakenRequest taken(int attempt, Trail trail) {
        ExportRequest request = new ExportRequest("acme", DatabasePath.parse("us-std/shop"), List.of(), DocumentFormat.SIMPLE, Datafiles.DEFAULT,
                new S3Destination("shop", "p"));
        return new TakenRequest(new ExportId(4711), System.nanoTime(), attempt, request, trail, Correlation.NONE);
    }

    private static WorkerConfig config() {
        return mapped(WorkerConfig.class, Map.of("snapshot-export.worker.back-off", BACK_OFF.toMillis() + "ms"));
    }

    private static <T> T mapped(Class<T> mapping, Map<String, String> settings) {
        return new SmallRyeConfigBuilder().withMapping(mapping).withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(settings, "test", 100)).build().getConfigMapping(mapping);
    }

    /** @param left how much there is of it */
    private Lease lease(Duration left) {
        return new Lease(TIMES, Moment::now, Moment.of(System.nanoTime() - LEASE.toNanos() + left.toNanos()), stop.asked());
    }

    private AttemptOutcome end(RecordedLogs logs, Throwable failure, int attempt, Duration left) {
        return end(logs, failure, attempt, lease(left));
    }

    private AttemptOutcome end(RecordedLogs logs, Throwable failure, int attempt, Lease lease) {
        return end(logs, failure, taken(attempt, Trail.NONE), lease, null);
    }

    private AttemptOutcome end(RecordedLogs logs, Throwable failure, TakenRequest taken, Lease lease, S3Buckets buckets) {
        StateReporter reporter = new StateReporter(logs.stateLog(), null, lease, new Tally(), taken, new AttemptListener() {
            @Override
            public void started(int number, Duration sinceAccepted) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void reported(boolean acknowledged) {
                // Heartbeats may be.
            }

            @Override
            public void laneEnded(boolean complete, Duration took) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void ended(AttemptOutcome outcome, Duration took) {
                throw new UnsupportedOperationException();
            }
        });
        AttemptEnds ends = new AttemptEnds(logs.requestLog(), buckets, new RegionGroups(List.of(new RegionGroup("us-std", List.of("*")))), null, stop,
                config());
        return ends.after(failure, taken, lease, reporter);
    }

    private static TransientExportException slowDown() {
        return new TransientExportException("S3 answered 503.", null);
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    static Stream<Throwable> passing() {
        return Stream.of(slowDown(), new OutOfMemoryError("Java heap space"), new CancellationException("stop"),
                new InterruptedException("stop"));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatMayPassIsHandedOn(Throwable failure) {
        try (RecordedLogs logs = new RecordedLogs(true)) {
            assertThat(end(logs, failure, 1, LEASE)).isEqualTo(AttemptOutcome.HANDED_ON);

            assertThat(logs.records(RETRIES)).singleElement().satisfies(retry -> {
                assertThat(header(retry, "export-id")).isEqualTo("4711");
                assertThat(header(retry, "attempt")).isEqualTo("2");
            });
        }
    }

    /** Whoever stops says nothing about the export. */
    @Test
    void aStopInTheLastAttemptGivesItAnother() {
        try (RecordedLogs logs = new RecordedLogs(true)) {
            assertThat(end(logs, new CancellationException("stop"), 5, LEASE)).isEqualTo(AttemptOutcome.HANDED_ON);

            assertThat(header(logs.records(RETRIES).get(0), "attempt")).isEqualTo("6");
        }
    }

    /** What the failed one has left in the bucket is still there, the manifest of a dead one at worst. */
    @Test
    void aStopWhileTheLastAttemptClearsUpGivesItAnother() {
        S3Config nowhere = mapped(S3Config.class, Map.of("snapshot-export.s3.endpoint", "http://127.0.0.1:1",
                "snapshot-export.s3.access-key-id", "any", "snapshot-export.s3.secret-access-key", "any"));
        stop.ask();
        try (RecordedLogs logs = new RecordedLogs(true); S3Buckets buckets = new S3Buckets(nowhere)) {
            TakenRequest taken = taken(10, new Trail(PossibleFiles.NONE, List.of(), true, null));

            assertThat(end(logs, new PermanentExportException("no table"), taken, lease(LEASE), buckets)).isEqualTo(AttemptOutcome.HANDED_ON);

            assertThat(logs.records(RETRIES)).singleElement().satisfies(retry -> assertThat(header(retry, "attempt")).isEqualTo("11"));
            assertThat(logs.records(STATES)).isEmpty();
        }
    }

    /** A request that S3 has not answered may overwrite what the next attempt has written. */
    @ParameterizedTest
    @MethodSource("passing")
    void whatMayStillBeOnItsWayIsGivenTimeToArrive(Throwable failure) {
        LeaseTimes times = new LeaseTimes(Duration.ofSeconds(3), LEASE, LEASE.plusSeconds(6));
        try (RecordedLogs logs = new RecordedLogs(true)) {
            Lease lease = new Lease(times, Moment::now, Moment.now(), stop.asked());
            lease.mayBeFollowed();

            assertThat(timed(() -> end(logs, failure, 1, lease))).isGreaterThanOrEqualTo(times.arriving()).isLessThan(Duration.ofSeconds(3));

            assertThat(times.arriving()).isEqualTo(Duration.ofSeconds(1));
            assertThat(logs.records(RETRIES)).hasSize(1);
        }
    }

    /** Perhaps for what ran beside it; the cause is kept for whoever looks after the last attempt. */
    @Test
    void wantOfMemoryIsNoDefectOfTheExport() {
        try (RecordedLogs logs = new RecordedLogs(true)) {
            end(logs, new OutOfMemoryError("Java heap space"), 1, LEASE);

            assertThat(header(logs.records(RETRIES).get(0), "trail")).contains("The worker's memory had no room");
        }
        try (RecordedLogs logs = new RecordedLogs(true)) {
            assertThat(end(logs, new OutOfMemoryError("Java heap space"), 5, LEASE)).isEqualTo(AttemptOutcome.RETRIES_EXHAUSTED);

            assertThat(logs.records(RETRIES)).isEmpty();
            assertThat(new String(logs.records(STATES).get(0).value(), StandardCharsets.UTF_8)).contains("retries_exhausted", "more heap");
        }
    }

    @Test
    void aDefectIsNotTriedAgain() {
        try (RecordedLogs logs = new RecordedLogs(true)) {
            assertThat(end(logs, new IllegalStateException("bug"), 1, LEASE)).isEqualTo(AttemptOutcome.INTERNAL_ERROR);

            assertThat(logs.records(RETRIES)).isEmpty();
        }
    }

    /** The watchdog may have handed it on: one more retry would be a second worker in the same files. */
    @ParameterizedTest
    @MethodSource("passing")
    void aWorkerWhoseLeaseIsOverHandsNothingOn(Throwable failure) {
        try (RecordedLogs logs = new RecordedLogs(true)) {
            assertThatThrownBy(() -> end(logs, failure, 1, Duration.ZERO)).isInstanceOf(LeaseLostException.class);

            assertThat(logs.records(RETRIES)).isEmpty();
            assertThat(logs.records(STATES)).isEmpty();
        }
    }

    /** Nobody acknowledges the heartbeats of the back-off. */
    @Test
    void aWorkerWhoseLeaseEndsInTheBackOffHandsNothingOn() {
        try (RecordedLogs logs = new RecordedLogs(false)) {
            assertThatThrownBy(() -> end(logs, slowDown(), 1, BACK_OFF.dividedBy(2)))
                    .isInstanceOf(LeaseLostException.class);

            assertThat(logs.records(RETRIES)).isEmpty();
        }
    }

    @Test
    void theBackOffIsKeptAndDoubled() {
        try (RecordedLogs logs = new RecordedLogs(true)) {
            assertThat(timed(() -> end(logs, slowDown(), 1, LEASE))).isGreaterThanOrEqualTo(BACK_OFF);
            assertThat(timed(() -> end(logs, slowDown(), 3, LEASE))).isGreaterThanOrEqualTo(BACK_OFF.multipliedBy(4));
            stop.ask();
            assertThat(timed(() -> end(logs, slowDown(), 4, LEASE))).isLessThan(BACK_OFF.multipliedBy(4));
        }
    }

    private static Duration timed(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
