package io.snapshotexport.worker;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.Failure;
import io.snapshotexport.export.ExportException;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.RegionGroups;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.messaging.BegunAttempts;
import io.snapshotexport.messaging.RequestLog;
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
import io.snapshotexport.telemetry.LogKeys;
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
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/** Runs one attempt of an export from its first report to its last. Thread-safe: attempts run side by side. */
@ApplicationScoped
class ExportRunner {

    private static final Logger LOG = Logger.getLogger(ExportRunner.class);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);
    private static final Duration HAND_ON_PATIENCE = Duration.ofSeconds(15);
    private static final String WORKER_STOPS = "this worker stops";

    private final RequestLog requestLog;
    private final StateLog stateLog;
    private final BegunAttempts begunAttempts;
    private final Sources sources;
    private final SourceConnections sourceConnections;
    private final OpenSnapshots openSnapshots;
    private final S3Buckets buckets;
    private final RegionGroups regionGroups;
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
    private volatile boolean stopping;

    @Inject
    ExportRunner(RequestLog requestLog, StateLog stateLog, BegunAttempts begunAttempts, Sources sources,
            SourceConnections sourceConnections, OpenSnapshots openSnapshots, S3Buckets buckets, RegionGroups regionGroups, Leftovers leftovers,
            RunningAttempts running, AttemptListener listener, Spans spans, WorkerConfig config) {
        this.requestLog = requestLog;
        this.stateLog = stateLog;
        this.begunAttempts = begunAttempts;
        this.sources = sources;
        this.sourceConnections = sourceConnections;
        this.openSnapshots = openSnapshots;
        this.buckets = buckets;
        this.regionGroups = regionGroups;
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
        Lease lease = new Lease(config.lease(), System::nanoTime, taken.acceptedNanos());
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
        } catch (PermanentExportException e) {
            return fail(taken, lease, reporter, Failure.Code.VALIDATION_ERROR, e.getMessage());
        } catch (TransientExportException e) {
            return tryAgain(taken, lease, reporter, e);
        } catch (CancellationException | InterruptedException e) {
            return handOn(taken, lease, reporter, WORKER_STOPS);
        } catch (LeaseLostException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            LOG.errorf(e, "out of memory exportId=%s attempt=%d", taken.id(), taken.attempt());
            return fail(taken, lease, reporter, Failure.Code.INTERNAL_ERROR, "A document was larger than the worker's memory has room for beside the"
                    + " other lanes; the operator has to give it more heap, or fewer lanes.");
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "defect exportId=%s attempt=%d", taken.id(), taken.attempt());
            return fail(taken, lease, reporter, Failure.Code.INTERNAL_ERROR,
                    "Something went wrong in the service; its operator finds it by the export's id.");
        }
        // The manifest is there: whatever goes wrong from here on, nothing may be emptied. The watchdog finds what could not be reported.
        reporter.completed();
        StateChange.COMPLETE.info(LOG, "export complete exportId=%s attempt=%d documents=%d bytes=%d files=%d",
                taken.id(), taken.attempt(), tally.progress().documents(), tally.progress().bytes(), tally.progress().files());
        return AttemptOutcome.COMPLETE;
    }

    private void export(TakenRequest taken, AttemptScope scope, Lease lease, Tally tally, FileAnnouncement files) throws InterruptedException {
        ExportRequest request = taken.request();
        RegionGroup regionGroup = regionGroup(request.database());
        Source source = sources.of(request.database());
        try (SourceConnections.Held connections = sourceConnections.take(source, lanes, () -> stopping);
             OpenSnapshots.Open open = openSnapshots.opened();
             Snapshot snapshot = source.openSnapshot(taken.id(), request.database())) {
            List<SourceCollection> collections = snapshot.collections(request.collections());
            try (ExportBucket bucket = buckets.open(request.account(), request.destination(), regionGroup, lease)) {
                leftovers.takeBack(taken, bucket, files);
                tally.snapshotTaken(snapshot.takenAt(), collections);
                LanePlan plan = LanePlan.of(collections, connections.lanes(), config.smallestRange(), snapshot::cut);
                connections.keep(plan.lanes().size());
                tally.planned(plan);
                files.planned(plan);
                List<CollectionFiles> written = new Lanes(snapshot, bucket, request.format(), request.datafiles(), config.rollSize(), tally,
                        files, scope, () -> stopping, listener).run(plan, laneThreads);
                leftovers.empty(taken, bucket, files.inherited(), files::written, () -> stopping);
                files.announceManifest(() -> stopping);
                Manifest manifest = new Manifest(taken.id(), snapshot.takenAt(), request.datafiles(), request.format(),
                        written.stream().flatMap(lane -> lane.files().stream()).toList(),
                        collections(written),
                        snapshot.position());
                scope.part("manifest", () -> bucket.writeManifest(manifest));
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            scope.failed(e.getClass().getName());
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

    private RegionGroup regionGroup(DatabasePath database) {
        try {
            return regionGroups.of(database);
        } catch (InvalidValueException unknown) {
            throw new PermanentExportException(unknown.getMessage(), unknown);
        }
    }

    private AttemptOutcome tryAgain(TakenRequest taken, Lease lease, StateReporter reporter, TransientExportException cause) {
        StateChange.ATTEMPT_FAILED.warn(LOG, "attempt failed exportId=%s attempt=%d: %s", taken.id(), taken.attempt(), cause.getMessage());
        if (taken.attempt() >= reporter.trail().mostAttempts(config.attempts())) {
            return fail(taken, lease, reporter, Failure.Code.RETRIES_EXHAUSTED,
                    "Gave up after " + taken.attempt() + " attempts; the last one ended so: " + cause.getMessage());
        }
        reporter.failing(cause.getMessage());
        // The heart goes on beating meanwhile: nobody else takes the export.
        long backOff = config.backOff().multipliedBy(1L << Math.min(taken.attempt() - 1, 6)).toNanos();
        long until = System.nanoTime() + Math.min(backOff, LONGEST_BACK_OFF.toNanos());
        while (!stopping && until - System.nanoTime() > 0) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        return handOn(taken, lease, reporter, cause.getMessage());
    }

    /** @throws LeaseLostException if the watchdog may have handed it on */
    private AttemptOutcome handOn(TakenRequest taken, Lease lease, StateReporter reporter, String why) {
        lease.check();
        reporter.handedOn();
        lease.end();
        int next = taken.attempt() + 1;
        requestLog.publishRetry(taken.id(), next, taken.request(), reporter.trail(), taken.correlation()).await().atMost(HAND_ON_PATIENCE);
        try (LogKeys following = LogKeys.attempt(next)) {
            StateChange.HANDED_ON.info(LOG, "export handed on exportId=%s attempt=%d: %s", taken.id(), next, why);
        }
        return AttemptOutcome.HANDED_ON;
    }

    private AttemptOutcome fail(TakenRequest taken, Lease lease, StateReporter reporter, Failure.Code code, String message) {
        FileAnnouncement files = reporter.files();
        try {
            leaveNothing(taken, lease, files);
        } catch (CancellationException stopped) {
            if (taken.attempt() < reporter.trail().mostAttempts(config.attempts())) {
                return handOn(taken, lease, reporter, WORKER_STOPS);
            }
            sayLeft(taken, files, WORKER_STOPS);
        } catch (ExportException e) {
            if (files.manifestLeft() && e instanceof TransientExportException passing
                    && taken.attempt() < reporter.trail().mostAttempts(config.attempts())) {
                return tryAgain(taken, lease, reporter, passing);
            }
            sayLeft(taken, files, e.getMessage());
        }
        reporter.failed(new Failure(code, files.manifestLeft() ? message + " " + Failure.MANIFEST_STAYS : message));
        StateChange.FAILED.info(LOG, "export failed exportId=%s attempt=%d code=%s: %s", taken.id(), taken.attempt(), code.wireName(), message);
        return AttemptOutcome.of(code);
    }

    private static void sayLeft(TakenRequest taken, FileAnnouncement files, String why) {
        LOG.warnf("files stay behind exportId=%s attempt=%d files=%d: %s", taken.id(), taken.attempt(), files.left().total(), why);
    }

    /** There will be no manifest, and a reader of everything under the path should not take half an export for one. */
    private void leaveNothing(TakenRequest taken, Lease lease, FileAnnouncement files) {
        PossibleFiles left = files.left();
        if (files.manifestLeft() || !left.isEmpty() || !files.inheritedUploads().isEmpty()) {
            ExportRequest request = taken.request();
            try (ExportBucket bucket = buckets.open(request.account(), request.destination(), regionGroup(request.database()), lease)) {
                leftovers.takeBack(taken, bucket, files);
                leftovers.empty(taken, bucket, left, (collection, lane) -> 0, () -> stopping);
            }
        }
    }

    /** Ends running attempts at their next document; each hands its export on. */
    void stop() {
        stopping = true;
    }

    @PreDestroy
    void close() {
        laneThreads.shutdownNow();
        heartbeats.shutdownNow();
    }
}
