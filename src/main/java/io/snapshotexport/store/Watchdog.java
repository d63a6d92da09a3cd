package io.snapshotexport.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.Failure;
import io.snapshotexport.export.Progress;
import io.snapshotexport.export.Trail;
import io.snapshotexport.messaging.QueueWatch;
import io.snapshotexport.messaging.RequestLog;
import io.snapshotexport.messaging.StateLog;
import io.snapshotexport.telemetry.LogKeys;
import io.snapshotexport.telemetry.StateChange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Hands an export out again when nobody works on it any more: its last record has been passed by the workers, and since then the
 * state log has been silent for longer than any lease. Silence is measured by this process's own clock between two looks at the store,
 * each of them after the projector had caught up, so that no clock is compared with another's. Every API process watches; a guarded
 * update lets one of them decide.
 */
@ApplicationScoped
class Watchdog {

    private static final Logger LOG = Logger.getLogger(Watchdog.class);
    /** A decision that its process could not carry out at once is void: another may have decided since. */
    private static final Duration DECISION_LASTS = Duration.ofSeconds(5);
    /** Less than lies between the end of a lease and the end of the silence, with what the decision takes. */
    private static final Duration LOOK_LASTS = Duration.ofSeconds(10);
    private static final Duration FORGET_EVERY = Duration.ofHours(1);
    private static final Duration PUBLISH_PATIENCE = Duration.ofSeconds(15);

    private final boolean apiRole;
    private final WatchdogConfig config;
    private final StoreStart store;
    private final StoreSession session;
    private final ExportRepository exports;
    private final QueueWatch queue;
    private final RequestLog requestLog;
    private final StateLog stateLog;
    private final IdempotencyClaims claims;
    private final WatchdogListener listener;
    private final Map<ExportId, Observation> observations = new HashMap<>();
    private volatile boolean stopping;
    private long forgotAt = System.nanoTime() - FORGET_EVERY.toNanos();

    private record Observation(UnfinishedExport seen, long sinceNanos) {
    }

    @Inject
    Watchdog(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole, WatchdogConfig config, StoreStart store, StoreSession session,
             ExportRepository exports, QueueWatch queue, RequestLog requestLog, StateLog stateLog, IdempotencyClaims claims,
             WatchdogListener listener) {
        this.apiRole = apiRole;
        this.config = config;
        this.store = store;
        this.session = session;
        this.exports = exports;
        this.queue = queue;
        this.requestLog = requestLog;
        this.stateLog = stateLog;
        this.claims = claims;
        this.listener = listener;
    }

    void onStart(@Observes StartupEvent started) {
        if (apiRole) {
            Thread thread = new Thread(this::watch, "watchdog");
            thread.setDaemon(true);
            thread.start();
        }
    }

    void onStop(@Observes ShutdownEvent stopped) {
        stopping = true;
    }

    private void watch() {
        try {
            while (!stopping) {
                TimeUnit.MILLISECONDS.sleep(config.checkEvery().toMillis());
                try {
                    if (store.isReady()) {
                        check();
                        forget();
                    }
                } catch (RuntimeException | Error e) {
                    // Want of memory, too, may pass; without a watchdog nobody would hand out what falls silent.
                    LOG.warnf(e instanceof Error ? e : null, "watchdog looks again later: %s", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Beside the watch, because it is here that something is looked after for as long as there is an API. */
    private void forget() {
        if (!isRecent(forgotAt, FORGET_EVERY)) {
            await(claims::forget);
            forgotAt = System.nanoTime();
        }
    }

    private void check() throws InterruptedException {
        long asked = System.nanoTime();
        Optional<QueueWatch.Passed> passed = queue.lookWhenCaughtUp();
        if (passed.isEmpty()) {
            return;
        }
        List<UnfinishedExport> unfinished = await(() -> session.read(exports::unfinished));
        long now = System.nanoTime();
        observations.keySet().retainAll(unfinished.stream().map(UnfinishedExport::id).collect(Collectors.toSet()));
        for (UnfinishedExport one : unfinished) {
            Observation before = observations.get(one.id());
            boolean waiting = !one.isTaken() && (one.place().isEmpty() || !passed.get().contains(one.place().get()));
            if (waiting || before == null || !before.seen().equals(one)) {
                observations.put(one.id(), new Observation(one, now));
            } else if (asked - before.sinceNanos() > config.silence().toNanos() && isRecent(asked, LOOK_LASTS)) {
                // What came after the question is not in what was read, however long that took.
                decideApart(one);
            }
        }
    }

    /** What cannot be decided of one, because its row cannot be read, keeps nobody from the others. */
    private void decideApart(UnfinishedExport silent) {
        try {
            decide(silent);
        } catch (RuntimeException e) {
            LOG.warnf("watchdog decides again later exportId=%s: %s", silent.id(), e.getMessage());
        }
    }

    private void decide(UnfinishedExport silent) {
        long decided = System.nanoTime();
        boolean mine = await(() -> session.write(() -> exports.decideHandOut(silent)));
        if (!mine) {
            return;
        }
        Export export = await(() -> session.read(() -> exports.get(silent.id())));
        Trail trail = await(() -> session.read(() -> exports.trail(silent.id())));
        Correlation correlation = await(() -> session.read(() -> exports.correlation(silent.id())));
        if (!isRecent(decided, DECISION_LASTS)) {
            return;
        }
        int next = silent.nextAttempt();
        boolean last = next > trail.mostAttempts(config.attempts());
        try (LogKeys keys = LogKeys.of(export.id(), export.request().account(), correlation, last ? next - 1 : next)) {
            if (last) {
                stateLog.publish(failed(export, next - 1, trail), Trail.NONE, correlation).await().atMost(PUBLISH_PATIENCE);
                listener.failed();
                StateChange.FAILED.warn(LOG, "export failed exportId=%s attempt=%d: silent", export.id(), next - 1);
            } else {
                requestLog.publishRetry(export.id(), next, export.request(), trail, correlation).await().atMost(PUBLISH_PATIENCE);
                listener.handedOut();
                StateChange.HANDED_ON.warn(LOG, "export handed out again exportId=%s attempt=%d: silent", export.id(), next);
            }
        }
    }

    private static boolean isRecent(long nanos, Duration length) {
        return System.nanoTime() - nanos < length.toNanos();
    }

    private static Export failed(Export export, int attempts, Trail trail) {
        Export running = export.state() == ExportState.PENDING ? export.started(attempts, Instant.now()) : export;
        return running.failed(running.snapshotTs(), Optional.ofNullable(running.progress()).orElse(Progress.NONE),
                new Failure(Failure.Code.RETRIES_EXHAUSTED, "Gave up after " + attempts + " attempts; in the last one the worker fell silent."
                        + (trail.manifest() ? " " + Failure.MANIFEST_STAYS : "")
                        + (trail.lastCause() == null ? "" : " The last cause that is known: " + trail.lastCause())),
                Instant.now());
    }

    private static <T> T await(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(work);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
