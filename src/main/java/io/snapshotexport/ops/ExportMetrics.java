package io.snapshotexport.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.Failure;
import io.snapshotexport.store.WatchdogListener;
import io.snapshotexport.worker.AttemptListener;
import io.snapshotexport.worker.AttemptOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What becomes of exports, as the processes tell that write it into the log. Every label that can come is there from the start, at 0:
 * what appears with its first event shows Prometheus no increase.
 */
@ApplicationScoped
class ExportMetrics implements AttemptListener, WatchdogListener {

    /** Attempts have labels of their own up to this one; a service may be configured to make more. */
    private static final int LABELLED_ATTEMPTS = 5;
    private static final Duration[] START_DELAYS = Stream.of(1, 2, 5, 10, 30, 60, 300, 900, 3600).map(Duration::ofSeconds).toArray(Duration[]::new);

    private final boolean apiRole;
    private final boolean workerRole;
    private final MeterRegistry registry;

    @Inject
    ExportMetrics(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole,
                  @ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole, MeterRegistry registry) {
        this.apiRole = apiRole;
        this.workerRole = workerRole;
        this.registry = registry;
    }

    void onStart(@Observes StartupEvent event) {
        if (workerRole) {
            complete();
            Stream.of(Failure.Code.values()).forEach(this::failed);
            Stream.iterate(1, attempt -> attempt + 1).limit(LABELLED_ATTEMPTS + 1).forEach(this::startedAttempts);
            Stream.of(AttemptOutcome.values()).forEach(this::attempts);
            Stream.of(true, false).forEach(good -> {
                lanes(good);
                renewals(good);
            });
            startDelay();
        }
        if (apiRole) {
            handOuts();
            failed(Failure.Code.RETRIES_EXHAUSTED);
        }
    }

    @Override
    public void started(int attempt, Duration sinceAccepted) {
        startedAttempts(attempt).increment();
        if (attempt == 1) {
            // Two clocks: the difference may be below nothing.
            startDelay().record(sinceAccepted.isNegative() ? Duration.ZERO : sinceAccepted);
        }
    }

    @Override
    public void reported(boolean acknowledged) {
        renewals(acknowledged).increment();
    }

    @Override
    public void laneEnded(boolean complete, Duration took) {
        lanes(complete).record(took);
    }

    @Override
    public void ended(AttemptOutcome outcome, Duration took) {
        attempts(outcome).record(took);
        switch (outcome) {
            case COMPLETE -> complete().increment();
            case VALIDATION_ERROR -> failed(Failure.Code.VALIDATION_ERROR).increment();
            case RETRIES_EXHAUSTED -> failed(Failure.Code.RETRIES_EXHAUSTED).increment();
            case INTERNAL_ERROR -> failed(Failure.Code.INTERNAL_ERROR).increment();
            default -> {
                // The export goes on.
            }
        }
    }

    @Override
    public void handedOut() {
        handOuts().increment();
    }

    @Override
    public void failed() {
        failed(Failure.Code.RETRIES_EXHAUSTED).increment();
    }

    private Counter complete() {
        return Metric.ENDED.counter(registry, "state", ExportState.COMPLETE.wireName(), "code", "none");
    }

    private Counter failed(Failure.Code code) {
        return Metric.ENDED.counter(registry, "state", ExportState.FAILED.wireName(), "code", code.wireName());
    }

    private Counter startedAttempts(int attempt) {
        return Metric.ATTEMPTS_STARTED.counter(registry, "attempt", attempt <= LABELLED_ATTEMPTS ? Integer.toString(attempt) : "more");
    }

    private Timer attempts(AttemptOutcome outcome) {
        return Metric.ATTEMPTS.timer(registry, "outcome", Metric.label(outcome));
    }

    private Timer startDelay() {
        return Metric.START_DELAY.histogram(registry, START_DELAYS);
    }

    private Timer lanes(boolean complete) {
        return Metric.LANES.timer(registry, "outcome", complete ? "complete" : "failed");
    }

    private Counter renewals(boolean acknowledged) {
        return Metric.LEASE_RENEWALS.counter(registry, "outcome", acknowledged ? "acknowledged" : "failed");
    }

    private Counter handOuts() {
        return Metric.HAND_OUTS.counter(registry);
    }
}
