package io.snapshotexport.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.messaging.MessagingStart;
import io.snapshotexport.messaging.ProjectorLag;
import io.snapshotexport.store.Backlog;
import io.snapshotexport.store.ExportStore;
import io.snapshotexport.store.StoreStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * What an API process knows from the store and from Kafka, and every other one knows as well. It looks every few seconds, so
 * that nobody who asks waits for either. What has not been seen for a while is told as NaN: an old number would look like a good one.
 */
@ApplicationScoped
class StoreMetrics {

    private static final Logger LOG = Logger.getLogger(StoreMetrics.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration STALE_AFTER = Duration.ofSeconds(30);

    private final boolean apiRole;
    private final MeterRegistry registry;
    private final StoreStart storeStart;
    private final MessagingStart messagingStart;
    private final ExportStore exports;
    private final ProjectorLag projector;
    private volatile Seen<Backlog> backlog;
    private volatile Seen<Map<String, ProjectorLag.Lag>> lags;
    private volatile List<Thread> threads = List.of();
    private volatile boolean stopping;

    private record Seen<T>(T value, long nanos) {

        static <T> Seen<T> now(T value) {
            return new Seen<>(value, System.nanoTime());
        }
    }

    @Inject
    StoreMetrics(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole, MeterRegistry registry, StoreStart storeStart,
                 MessagingStart messagingStart, ExportStore exports, ProjectorLag projector) {
        this.apiRole = apiRole;
        this.registry = registry;
        this.storeStart = storeStart;
        this.messagingStart = messagingStart;
        this.exports = exports;
        this.projector = projector;
    }

    void onStart(@Observes StartupEvent started) {
        if (!apiRole) {
            return;
        }
        Metric.UNFINISHED.gauge(registry, this, me -> me.backlog(Backlog::pending), "state", ExportState.PENDING.wireName());
        Metric.UNFINISHED.gauge(registry, this, me -> me.backlog(Backlog::inProgress), "state", ExportState.IN_PROGRESS.wireName());
        Metric.WAITING.gauge(registry, this, me -> me.backlog(Backlog::waiting));
        Metric.QUEUE_AGE.gauge(registry, this, me -> me.backlog(Backlog::oldestAgeSeconds));
        for (String topic : projector.topics()) {
            Metric.PROJECTOR_LAG.gauge(registry, this, me -> me.lag(topic, ProjectorLag.Lag::records), "topic", topic);
            Metric.PROJECTOR_BEHIND.gauge(registry, this, me -> me.lag(topic, ProjectorLag.Lag::seconds), "topic", topic);
        }
        threads = List.of(every("store-metrics", this::lookAtTheStore), every("projector-metrics", this::lookAtTheProjector));
    }

    void onStop(@Observes ShutdownEvent stopped) {
        stopping = true;
        threads.forEach(Thread::interrupt);
    }

    private double backlog(ToDoubleFunction<Backlog> number) {
        return fresh(backlog, number);
    }

    private double lag(String topic, ToDoubleFunction<ProjectorLag.Lag> number) {
        return fresh(lags, seen -> number.applyAsDouble(seen.get(topic)));
    }

    private static <T> double fresh(Seen<T> seen, ToDoubleFunction<T> number) {
        return seen == null || System.nanoTime() - seen.nanos() > STALE_AFTER.toNanos() ? Double.NaN : number.applyAsDouble(seen.value());
    }

    private interface Look {
        void once() throws InterruptedException;
    }

    /** Each on a thread of its own: one that hangs does not hold up the other. */
    private Thread every(String name, Look look) {
        Thread thread = new Thread(() -> {
            try {
                while (!stopping) {
                    look.once();
                    TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void lookAtTheStore() throws InterruptedException {
        try {
            if (storeStart.isReady()) {
                backlog = Seen.now(VertxContextSupport.subscribeAndAwait(() -> exports.backlog().ifNoItem().after(PATIENCE).fail()));
            }
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Throwable storeIsAway) {
            LOG.debugf("the store was not looked at: %s", storeIsAway.getMessage());
        }
    }

    private void lookAtTheProjector() throws InterruptedException {
        try {
            if (messagingStart.isReady()) {
                lags = Seen.now(projector.look());
            }
        } catch (RuntimeException kafkaIsAway) {
            LOG.debugf("the projector was not looked at: %s", kafkaIsAway.getMessage());
        }
    }
}
