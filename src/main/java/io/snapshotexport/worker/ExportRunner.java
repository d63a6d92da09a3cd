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
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
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
import java.util.function.ToIntBiFunction;
import org.jboss.logging.Logger;

/** Runs one attempt of an export from its first report to its last. Thread-safe: attempts run side by side. */
@ApplicationScoped
class ExportRunner {

    private static final Logger LOG = Logger.getLogger(ExportRunner.class);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);
    private static final Duration HAND_ON_PATIENCE = Duration.ofSeconds(15);

    private final RequestLog requestLog;
    private final StateLog stateLog;
    private final Sources sources;
    private final SourceConnections sourceConnections;
    private final OpenSnapshots openSnapshots;
    private final S3Buckets buckets;
    private final RegionGroups regionGroups;
    private final StaleFiles staleFiles;
    private final WorkerConfig config;
    private final int lanes;
    private final ExecutorService laneThreads = Executors.newCachedThreadPool(task -> new Thread(task, "lane"));
    private final ScheduledExecutorService heartbeats = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "heartbeat"));
    private volatile boolean stopping;

    @Inject
    ExportRunner(RequestLog requestLog, StateLog stateLog, Sources sources, SourceConnections sourceConnections,
            OpenSnapshots openSnapshots, S3Buckets buckets, RegionGroups regionGroups, StaleFiles staleFiles, WorkerConfig config) {
        this.requestLog = requestLog;
        this.stateLog = stateLog;
        this.sources = sources;
        this.sourceConnections = sourceConnections;
        this.openSnapshots = openSnapshots;
        this.buckets = buckets;
        this.regionGroups = regionGroups;
        this.staleFiles = staleFiles;
        this.config = config;
        this.lanes = config.lanes().orElseGet(() -> Runtime.getRuntime().availableProcessors());
    }

    /** Returns when the attempt has ended, one way or the other; throws nothing. */
    void run(TakenRequest taken) {
        Lease lease = new Lease(config.lease(), System::nanoTime);
        Tally tally = new Tally();
        StateReporter reporter = new StateReporter(stateLog, lease, tally, taken);
        ScheduledFuture<?> beats = null;
        try {
            reporter.started();
            LOG.infof("export started exportId=%s attempt=%d account=%s database=%s",
                    taken.id(), taken.attempt(), taken.request().account(), taken.request().database());
            long every = config.heartbeat().toMillis();
            beats = heartbeats.scheduleAtFixedRate(reporter::beat, every, every, TimeUnit.MILLISECONDS);
            attempt(taken, lease, tally, reporter);
        } catch (LeaseLostException e) {
            LOG.warnf("export abandoned exportId=%s attempt=%d: %s", taken.id(), taken.attempt(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "export abandoned exportId=%s attempt=%d", taken.id(), taken.attempt());
        } finally {
            reporter.handedOn();
            if (beats != null) {
                beats.cancel(false);
            }
        }
    }

    private void attempt(TakenRequest taken, Lease lease, Tally tally, StateReporter reporter) {
        try {
            export(taken, lease, tally, reporter.files());
            reporter.completed();
            LOG.infof("export complete exportId=%s attempt=%d documents=%d bytes=%d files=%d",
                    taken.id(), taken.attempt(), tally.progress().documents(), tally.progress().bytes(), tally.progress().files());
        } catch (PermanentExportException e) {
            fail(taken, lease, reporter, Failure.Code.VALIDATION_ERROR, e.getMessage());
        } catch (TransientExportException e) {
            tryAgain(taken, lease, reporter, e);
        } catch (CancellationException | InterruptedException e) {
            handOn(taken, reporter, "this worker stops");
        } catch (LeaseLostException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            LOG.errorf(e, "out of memory exportId=%s attempt=%d", taken.id(), taken.attempt());
            fail(taken, lease, reporter, Failure.Code.INTERNAL_ERROR, "A document was larger than the worker's memory has room for beside the"
                    + " other lanes; the operator has to give it more heap, or fewer lanes.");
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "defect exportId=%s attempt=%d", taken.id(), taken.attempt());
            fail(taken, lease, reporter, Failure.Code.INTERNAL_ERROR, "Something went wrong in the service; its operator finds it by the export's id.");
        }
    }

    private void export(TakenRequest taken, Lease lease, Tally tally, FileAnnouncement files) throws InterruptedException {
        ExportRequest request = taken.request();
        RegionGroup regionGroup = regionGroup(request.database());
        Source source = sources.of(request.database());
        try (SourceConnections.Held connections = sourceConnections.take(source, lanes, () -> stopping);
             OpenSnapshots.Open open = openSnapshots.opened();
             Snapshot snapshot = source.openSnapshot(taken.id(), request.database())) {
            List<SourceCollection> collections = snapshot.collections(request.collections());
            try (ExportBucket bucket = buckets.open(request.destination(), regionGroup, lease)) {
                takeBackManifest(taken, bucket, files);
                tally.snapshotTaken(snapshot.takenAt(), collections);
                LanePlan plan = LanePlan.of(collections, connections.lanes(), config.smallestRange(), snapshot::cut);
                connections.keep(plan.lanes().size());
                tally.planned(plan);
                files.planned(plan);
                List<CollectionFiles> written = new Lanes(snapshot, bucket, request.format(), request.datafiles(), config.rollSize(), tally,
                        files, () -> stopping).run(plan, laneThreads);
                overwriteStale(taken, bucket, files.inherited(), files::written);
                files.announceManifest(() -> stopping);
                bucket.writeManifest(new Manifest(taken.id(), snapshot.takenAt(), request.datafiles(), request.format(),
                        written.stream().flatMap(lane -> lane.files().stream()).toList(),
                        collections(written),
                        snapshot.position()));
            }
        }
    }

    /** What it lists is about to be overwritten, or will never be called complete. */
    private static void takeBackManifest(TakenRequest taken, ExportBucket bucket, FileAnnouncement files) {
        if (files.manifestLeft()) {
            bucket.takeBackManifest();
            files.manifestTakenBack();
            LOG.infof("manifest taken back exportId=%s attempt=%d", taken.id(), taken.attempt());
        }
    }

    private void overwriteStale(TakenRequest taken, ExportBucket bucket, PossibleFiles possible, ToIntBiFunction<String, Integer> kept) {
        if (possible.isEmpty()) {
            return;
        }
        long count = staleFiles.empty(bucket, possible, kept, taken.request().datafiles(), () -> stopping);
        LOG.infof("stale files overwritten exportId=%s attempt=%d files=%d", taken.id(), taken.attempt(), count);
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

    private void tryAgain(TakenRequest taken, Lease lease, StateReporter reporter, TransientExportException cause) {
        LOG.warnf("attempt failed exportId=%s attempt=%d: %s", taken.id(), taken.attempt(), cause.getMessage());
        if (taken.attempt() >= reporter.trail().mostAttempts(config.attempts())) {
            fail(taken, lease, reporter, Failure.Code.RETRIES_EXHAUSTED,
                    "Gave up after " + taken.attempt() + " attempts; the last one ended so: " + cause.getMessage());
            return;
        }
        reporter.failing(cause.getMessage());
        // The heart goes on beating meanwhile: nobody else takes the export.
        long backOff = config.backOff().multipliedBy(1L << Math.min(taken.attempt() - 1, 6)).toNanos();
        long until = System.nanoTime() + Math.min(backOff, LONGEST_BACK_OFF.toNanos());
        while (!stopping && until - System.nanoTime() > 0) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        handOn(taken, reporter, cause.getMessage());
    }

    private void handOn(TakenRequest taken, StateReporter reporter, String why) {
        reporter.handedOn();
        requestLog.publishRetry(taken.id(), taken.attempt() + 1, taken.request(), reporter.trail()).await().atMost(HAND_ON_PATIENCE);
        LOG.infof("export handed on exportId=%s attempt=%d: %s", taken.id(), taken.attempt() + 1, why);
    }

    private void fail(TakenRequest taken, Lease lease, StateReporter reporter, Failure.Code code, String message) {
        FileAnnouncement files = reporter.files();
        try {
            leaveNothing(taken, lease, files);
        } catch (ExportException | CancellationException e) {
            if (files.manifestLeft() && e instanceof TransientExportException passing
                    && taken.attempt() < reporter.trail().mostAttempts(config.attempts())) {
                tryAgain(taken, lease, reporter, passing);
                return;
            }
            LOG.warnf("files stay behind exportId=%s attempt=%d files=%d: %s",
                    taken.id(), taken.attempt(), files.left().total(), e.getMessage());
        }
        reporter.failed(new Failure(code, files.manifestLeft() ? message + " " + Failure.MANIFEST_STAYS : message));
        LOG.infof("export failed exportId=%s attempt=%d code=%s: %s", taken.id(), taken.attempt(), code.wireName(), message);
    }

    /** There will be no manifest, and a reader of everything under the path should not take half an export for one. */
    private void leaveNothing(TakenRequest taken, Lease lease, FileAnnouncement files) {
        PossibleFiles left = files.left();
        if (files.manifestLeft() || !left.isEmpty()) {
            try (ExportBucket bucket = buckets.open(taken.request().destination(), regionGroup(taken.request().database()), lease)) {
                takeBackManifest(taken, bucket, files);
                overwriteStale(taken, bucket, left, (collection, lane) -> 0);
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
