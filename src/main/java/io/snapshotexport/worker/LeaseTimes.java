package io.snapshotexport.worker;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The times that keep two attempts of an export apart: a worker writes for as long as its lease lasts, which heartbeats renew, and the watchdog
 * hands out again after a silence that is longer. What is on its way when the lease ends has arrived, or been given up, when the silence ends.
 * No process starts with times that cannot do that. Thread-safe.
 */
@ApplicationScoped
class LeaseTimes {

    private static final Logger LOG = Logger.getLogger(LeaseTimes.class);

    private final Duration heartbeat;
    private final Duration lease;
    private final Duration silence;

    @Inject
    LeaseTimes(WorkerConfig config, @ConfigProperty(name = "snapshot-export.watchdog.silence") Duration silence) {
        this(config.heartbeat(), config.lease(), silence);
    }

    LeaseTimes(Duration heartbeat, Duration lease, Duration silence) {
        this.heartbeat = heartbeat;
        this.lease = lease;
        this.silence = silence;
    }

    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent started) {
        refusal().ifPresent(refusal -> {
            LOG.errorf("refusing to start: %s", refusal);
            throw new ConfigurationException("snapshot-export was not started, see above");
        });
    }

    /** Why no process may start with these times. */
    Optional<String> refusal() {
        if (lease.compareTo(heartbeat) <= 0) {
            return Optional.of("`snapshot-export.worker.lease` is " + seconds(lease) + " and must be longer than `snapshot-export.worker.heartbeat`, "
                    + seconds(heartbeat) + ", which renews it; make it several times as long.");
        }
        if (silence.compareTo(lease) <= 0) {
            return Optional.of("`snapshot-export.watchdog.silence` is " + seconds(silence) + " and must be longer than"
                    + " `snapshot-export.worker.lease`, " + seconds(lease) + ": until that ends, the worker may still write; make it twice as long.");
        }
        return Optional.empty();
    }

    private static String seconds(Duration time) {
        return time.toMillis() / 1e3 + " s";
    }

    /** From a report until the worker stops by itself. */
    Duration lease() {
        return lease;
    }

    /** For one try of a request that makes an object appear; of the time between lease and silence so much that a clock may be a little wrong. */
    Duration appearing() {
        return silence.minus(lease).multipliedBy(5).dividedBy(6);
    }

    /** The rest of that time: how long what was given up may still be on its way. */
    Duration arriving() {
        return silence.minus(lease).minus(appearing());
    }
}
