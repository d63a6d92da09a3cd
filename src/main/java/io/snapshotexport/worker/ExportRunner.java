package io.snapshotexport.worker;

import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.messaging.BegunAttempts;
import io.snapshotexport.messaging.StateLog;
import io.snapshotexport.messaging.TakenRequest;
import io.snapshotexport.s3.ExportBucket;
import io.snapshotexport.s3.Manifest;
import io.snapshotexport.s3.S3Buckets;
import io.snapshotexport.source.OpenSnapshots;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.Source;
import io.snapshotexport.source.SourceCollection;
import io.snapshotexport.source.Sources;
import io.snapshotexport.telemetry.AttemptScope;
import io.snapshotexport.telemetry.Spans;
import io.snapshotexport.telemetry.StateChange;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Runs one attempt of an export from its first report to its last. Thread-safe: attempts run side by side. */
@ApplicationScoped
class ExportRunner {

    private static final Logger LOG = Logger.getLogger(ExportRunner.class);

    private final StateLog stateLog;
    private final BegunAttempts begunAttempts;
    private final Sources sources;
    private final SourceConnections sourceConnections;
    private final OpenSnapshots openSnapshots;
    private final S3Buckets buckets;
    private final AttemptEnds ends;
    private final WorkerStop stop;
    private final LeaseTimes times;
    private final Leftovers leftovers;
    private final RunningAttempts running;
    private final AttemptListener listener;
    private final Spans spans;
    private final WorkerConfig config;
    private final int lanes;
    /** These threads inherit nothing: the log keys of the export that happens to make one are not those of the next. */
    private final ExecutorService laneThreads = Executors.newCachedThreadPool(task -> new Thread(null, task, "lane", 0, false));
    private final ScheduledExecutorService heartbeats =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(null, task, "heartbeat", 0, false));

    @Inject
    ExportRunner(StateLog stateLog, BegunAttempts begunAttempts, Sources sources, SourceConnections sourceConnections,
            OpenSnapshots openSnapshots, S3Buckets buckets, AttemptEnds ends, WorkerStop stop, LeaseTimes times, Leftovers leftovers,
            RunningAttempts running, AttemptListener listener, Spans spans, WorkerConfig config) {
        this.stateLog = stateLog;
        this.begunAttempts = begunAttempts;
        this.sources = sources;
        this.sourceConnections = sourceConnections;
        this.openSnapshots = openSnapshots;
        this.buckets = buckets;
        this.ends = ends;
        this.stop = stop;
        this.times = times;
        this.leftovers = leftovers;
        this.running = running;
        this.listener = listener;
        this.spans = spans;
        this.config = config;
        this.lanes = config.lanes().orElseGet(() -> Runtime.getRuntime().availableProcessors());
    }

    /** Returns when the attempt has ended, one way or the other; throws nothing. */
    void run(TakenRequest request) {
        try (AttemptScope scope = new AttemptScope(spans, request.id(), request.attempt(), request.request().account(), request.correlation())) {
            run(request.with(scope.correlation()), scope);
        }
    }

    private void run(TakenRequest taken, AttemptScope scope) {
        Lease lease = new Lease(times, Moment::now, Moment.of(taken.acceptedNanos()), stop.asked());
        Tally tally = new Tally();
        StateReporter reporter = new StateReporter(stateLog, begunAttempts, lease, tally, taken, listener);
        ScheduledFuture<?> beats = null;
        AttemptOutcome outcome = AttemptOutcome.ABANDONED;
        long begun = System.nanoTime();
        running.begun(tally);
        try {
            reporter.started();
            listener.started(taken.attempt(), Duration.between(taken.id().createdAt(), Instant.now()));
            StateChange.IN_PROGRESS.info(LOG, "export started exportId=%s attempt=%d account=%s database=%s",
                    taken.id(), taken.attempt(), taken.request().account(), taken.request().database());
            long every = config.heartbeat().toMillis();
            beats = heartbeats.scheduleWithFixedDelay(reporter::beat, every, every, TimeUnit.MILLISECONDS);
            outcome = attempt(taken, scope, lease, tally, reporter);
        } catch (AlreadyBegunException e) {
            outcome = AttemptOutcome.ALREADY_BEGUN;
            LOG.warnf("request passed over exportId=%s attempt=%d: %s", taken.id(), taken.attempt(), e.getMessage());
        } catch (LeaseLostException e) {
            outcome = AttemptOutcome.LEASE_LOST;
            scope.failed(e.getClass().getName());
            LOG.warnf("export abandoned exportId=%s attempt=%d: %s", taken.id(), taken.attempt(), e.getMessage());
        } catch (RuntimeException | Error e) {
            scope.failed(e.getClass().getName());
            LOG.errorf(e, "export abandoned exportId=%s attempt=%d", taken.id(), taken.attempt());
        } finally {
            reporter.handedOn();
            if (beats != null) {
                beats.cancel(false);
            }
            running.ended(tally);
            listener.ended(outcome, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private AttemptOutcome attempt(TakenRequest taken, AttemptScope scope, Lease lease, Tally tally, StateReporter reporter) {
        try {
            export(taken, scope, lease, tally, reporter.files());
        } catch (LeaseLostException e) {
            throw e;
        } catch (InterruptedException | RuntimeException | Error e) {
            return ends.after(e, taken, lease, reporter);
        }
        // The manifest is there: whatever goes wrong from here on, nothing may be emptied. The watchdog finds what could not be reported.
        reporter.completed();
        StateChange.COMPLETE.info(LOG, "export complete exportId=%s attempt=%d documents=%d bytes=%d files=%d",
                taken.id(), taken.attempt(), tally.progress().documents(), tally.progress().bytes(), tally.progress().files());
        return AttemptOutcome.COMPLETE;
    }

    private void export(TakenRequest taken, AttemptScope scope, Lease lease, Tally tally, FileAnnouncement files) throws InterruptedException {
        ExportRequest request = taken.request();
        RegionGroup regionGroup = ends.regionGroup(request.database());
        Source source = sources.of(request.database());
        try (SourceConnections.Held connections = sourceConnections.take(source, lanes, stop::isAsked);
             OpenSnapshots.Open open = openSnapshots.opened();
             Snapshot snapshot = source.openSnapshot(taken.id(), request.database());
             WorkerStop.Reading reading = stop.reading(snapshot)) {
            List<SourceCollection> collections = snapshot.collections(request.collections());
            try (ExportBucket bucket = buckets.open(request.account(), request.destination(), regionGroup, lease)) {
                leftovers.takeBack(taken, bucket, files, stop::isAsked);
                tally.snapshotTaken(snapshot.takenAt(), collections);
                LanePlan plan = LanePlan.of(collections, connections.lanes(), config.smallestRange(), snapshot::cut);
                connections.keep(plan.lanes().size());
                tally.planned(plan);
                files.planned(plan);
                List<CollectionFiles> written = new Lanes(snapshot, bucket, request.format(), request.datafiles(), config.rollSize(), tally,
                        files, scope, stop::isAsked, listener).run(plan, laneThreads);
                snapshot.confirm();
                leftovers.empty(taken, bucket, files, files.inherited(), files::written, stop::isAsked);
                files.announceManifest(stop::isAsked);
                Manifest manifest = new Manifest(taken.id(), snapshot.takenAt(), request.datafiles(), request.format(),
                        written.stream().flatMap(lane -> lane.files().stream()).toList(),
                        collections(written),
                        snapshot.position());
                scope.part("manifest", () -> bucket.writeManifest(manifest));
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            scope.failed((ends.isStop(e) ? CancellationException.class : e.getClass()).getName());
            throw e;
        }
    }

    /** By name, each with the sums of all lanes. */
    static List<Manifest.Collection> collections(List<CollectionFiles> written) {
        Map<String, Manifest.Collection> byName = new TreeMap<>();
        written.forEach(lane -> lane.collections()
                .forEach(part -> byName.merge(part.name(), part, Manifest.Collection::plus)));
        return List.copyOf(byName.values());
    }

    @PreDestroy
    void close() {
        laneThreads.shutdownNow();
        heartbeats.shutdownNow();
    }
}
