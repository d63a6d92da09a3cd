package io.snapshotexport.worker;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.ExportException;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.Failure;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.RegionGroups;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.messaging.RequestLog;
import io.snapshotexport.messaging.TakenRequest;
import io.snapshotexport.s3.ExportBucket;
import io.snapshotexport.s3.S3Buckets;
import io.snapshotexport.telemetry.LogKeys;
import io.snapshotexport.telemetry.StateChange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/** What becomes of an export whose attempt did not complete: it is tried again, handed on, or fails. Thread-safe. */
@ApplicationScoped
class AttemptEnds {

    private static final Logger LOG = Logger.getLogger(AttemptEnds.class);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);
    private static final Duration HAND_ON_PATIENCE = Duration.ofSeconds(15);
    private static final String WORKER_STOPS = "this worker stops";

    private final RequestLog requestLog;
    private final S3Buckets buckets;
    private final RegionGroups regionGroups;
    private final Leftovers leftovers;
    private final WorkerStop stop;
    private final WorkerConfig config;

    @Inject
    AttemptEnds(RequestLog requestLog, S3Buckets buckets, RegionGroups regionGroups, Leftovers leftovers, WorkerStop stop, WorkerConfig config) {
        this.requestLog = requestLog;
        this.buckets = buckets;
        this.regionGroups = regionGroups;
        this.leftovers = leftovers;
        this.stop = stop;
        this.config = config;
    }

    /**
     * Says what becomes of the export, in the logs and the bucket; returns when all have it.
     *
     * @param e what ended the attempt; not a {@link LeaseLostException}, after which there is nothing to say
     * @throws LeaseLostException if the watchdog may have handed it on
     */
    AttemptOutcome after(Throwable e, TakenRequest taken, Lease lease, StateReporter reporter) {
        if (e instanceof PermanentExportException) {
            return fail(taken, lease, reporter, Failure.Code.VALIDATION_ERROR, e.getMessage());
        }
        if (isStop(e)) {
            return handOn(taken, lease, reporter, WORKER_STOPS);
        }
        if (e instanceof TransientExportException passing) {
            return tryAgain(taken, lease, reporter, passing);
        }
        if (e instanceof OutOfMemoryError) {
            // Perhaps for what ran beside it.
            return tryAgain(taken, lease, reporter, new TransientExportException("The worker's memory had no room for a document beside the other"
                    + " lanes; if that stays so, the operator has to give it more heap, or fewer lanes.", e));
        }
        LOG.errorf(e, "defect exportId=%s attempt=%d", taken.id(), taken.attempt());
        return fail(taken, lease, reporter, Failure.Code.INTERNAL_ERROR,
                "Something went wrong in the service; its operator finds it by the export's id.");
    }

    /** The connections of an attempt are ended under its hands then: whatever that looks like, it says nothing about the export. */
    boolean isStop(Throwable e) {
        return !(e instanceof PermanentExportException)
                && (stop.isAsked() || e instanceof CancellationException || e instanceof InterruptedException);
    }

    /** @throws PermanentExportException if there is none that has it */
    RegionGroup regionGroup(DatabasePath database) {
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
        while (!stop.isAsked() && until - System.nanoTime() > 0) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        return handOn(taken, lease, reporter, cause.getMessage());
    }

    /** @throws LeaseLostException if the watchdog may have handed it on */
    private AttemptOutcome handOn(TakenRequest taken, Lease lease, StateReporter reporter, String why) {
        // A file of this attempt must not come after the next one's. The heart beats on.
        for (Duration left = lease.arrivesWithin(); left.toNanos() > 0; left = lease.arrivesWithin()) {
            LockSupport.parkNanos(left.toNanos());
        }
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
            return handOn(taken, lease, reporter, WORKER_STOPS);
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
                leftovers.takeBack(taken, bucket, files, stop::isAsked);
                leftovers.empty(taken, bucket, files, left, (collection, lane) -> 0, stop::isAsked);
            }
        }
    }
}
