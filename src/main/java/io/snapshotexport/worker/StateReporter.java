package io.snapshotexport.worker;

import io.smallrye.mutiny.TimeoutException;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.Failure;
import io.snapshotexport.export.Trail;
import io.snapshotexport.messaging.BegunAttempts;
import io.snapshotexport.messaging.LogUnavailableException;
import io.snapshotexport.messaging.StateLog;
import io.snapshotexport.messaging.TakenRequest;
import io.snapshotexport.telemetry.LogKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** Writes one attempt's history to the state log, in order, and renews the lease with every report that is acknowledged. Thread-safe. */
final class StateReporter {

    private static final Logger LOG = Logger.getLogger(StateReporter.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final StateLog log;
    private final BegunAttempts begun;
    private final Lease lease;
    private final Tally tally;
    private final FileAnnouncement files;
    private final AttemptListener listener;
    private final Correlation correlation;
    private Export current;
    private String lastCause;
    private boolean ended;

    StateReporter(StateLog log, BegunAttempts begun, Lease lease, Tally tally, TakenRequest taken, AttemptListener listener) {
        this.log = log;
        this.begun = begun;
        this.lease = lease;
        this.tally = tally;
        this.listener = listener;
        this.files = new FileAnnouncement(taken.trail(), lease, this::beat);
        this.correlation = taken.correlation();
        this.lastCause = taken.trail().lastCause();
        this.current = Export.pending(taken.id(), taken.request()).started(taken.attempt(), Instant.now());
    }

    /**
     * Says that the attempt has begun; returns when the log has it.
     *
     * @throws AlreadyBegunException if the log had it before, or another says so at the same time and was first
     * @throws LeaseLostException    if the log does not take it or cannot be asked in time
     */
    void started() {
        BegunAttempts.History history = begun.history(current);
        leaveToAnother(history);
        publishUntilAcknowledged(current, trail(files.report()));
        leaveToAnother(history);
    }

    private void leaveToAnother(BegunAttempts.History history) {
        while (true) {
            lease.check();
            try {
                if (history.isAnothers()) {
                    throw new AlreadyBegunException();
                }
                return;
            } catch (LogUnavailableException e) {
                LOG.warnf("state log not read exportId=%s attempt=%d: %s", current.id(), current.attempt(), e.getMessage());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** What the reports announce. */
    FileAnnouncement files() {
        return files;
    }

    /** From now on the reports say why the attempt has failed; the first of them at once. */
    void failing(String cause) {
        synchronized (this) {
            lastCause = cause;
        }
        beat();
    }

    /** What the next attempt should know. */
    synchronized Trail trail() {
        return new Trail(files.left(), files.openUploads(), files.manifestLeft(), lastCause);
    }

    private Trail trail(FileAnnouncement.Report report) {
        return new Trail(report.files(), report.uploads(), report.manifest(), lastCause);
    }

    /** Reports progress without waiting. One that is not acknowledged does no harm; when all stay so, the lease ends. */
    synchronized void beat() {
        // Who has lost the lease may find the export ended by another: the log's last word must stay that.
        if (ended || !lease.isHeld()) {
            return;
        }
        current = current.progressed(tally.snapshotTs(), tally.progress(), Instant.now());
        Moment sentAt = Moment.now();
        Export beat = current;
        FileAnnouncement.Report report = files.report();
        log.publish(beat, trail(report), correlation).subscribe().with(
                appendedAt -> {
                    lease.renew(sentAt, appendedAt);
                    files.acknowledged(report.version());
                    listener.reported(true);
                },
                failure -> {
                    listener.reported(false);
                    sayUnacknowledged(beat, failure);
                });
    }

    /** On a thread of Kafka's, which knows of no export. */
    private void sayUnacknowledged(Export beat, Throwable failure) {
        try (LogKeys keys = LogKeys.of(beat.id(), beat.request().account(), correlation, beat.attempt())) {
            LOG.warnf("heartbeat not acknowledged exportId=%s: %s", beat.id(), failure.getMessage());
        }
    }

    /** Ends the history; returns when the log has it. @throws LeaseLostException if that comes too late */
    void completed() {
        publishUntilAcknowledged(end(last -> last.completed(tally.snapshotTs(), tally.progress(), Instant.now())), Trail.NONE);
    }

    /** Ends the history; returns when the log has it. @throws LeaseLostException if that comes too late */
    void failed(Failure why) {
        publishUntilAcknowledged(end(last -> last.failed(tally.snapshotTs(), tally.progress(), why, Instant.now())), Trail.NONE);
    }

    /** No beat comes after this: what follows is the next attempt's history. */
    synchronized void handedOn() {
        ended = true;
    }

    private synchronized Export end(UnaryOperator<Export> end) {
        ended = true;
        current = end.apply(current);
        return current;
    }

    private void publishUntilAcknowledged(Export export, Trail trail) {
        while (true) {
            lease.check();
            Moment sentAt = Moment.now();
            try {
                Instant appendedAt = log.publish(export, trail, correlation).await().atMost(PATIENCE);
                lease.renew(sentAt, appendedAt);
                listener.reported(true);
                return;
            } catch (LogUnavailableException | TimeoutException e) {
                listener.reported(false);
                LOG.warnf("report not acknowledged exportId=%s attempt=%d state=%s: %s",
                        export.id(), export.attempt(), export.state().wireName(), e.getMessage());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
