package io.snapshotexport.worker;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.snapshotexport.messaging.MessagingStart;
import io.snapshotexport.messaging.RequestIntake;
import io.snapshotexport.messaging.TakenRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The slots of this process: takes a request whenever one is free. */
@ApplicationScoped
class Worker {

    private static final Logger LOG = Logger.getLogger(Worker.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private final boolean workerRole;
    private final MessagingStart messaging;
    private final RequestIntake intake;
    private final ExportRunner runner;
    private final WorkerStop stop;
    private final Duration grace;
    private final int slotCount;
    private final Semaphore slots;
    private final ExecutorService running = Executors.newCachedThreadPool(task -> new Thread(task, "export"));
    private volatile Thread thread;
    private volatile boolean stopping;
    private volatile long graceEnds;

    @Inject
    Worker(@ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole, MessagingStart messaging, RequestIntake intake,
           ExportRunner runner, WorkerStop stop, WorkerConfig config) {
        this.workerRole = workerRole;
        this.messaging = messaging;
        this.intake = intake;
        this.runner = runner;
        this.stop = stop;
        this.grace = config.grace();
        this.slotCount = config.slots();
        this.slots = new Semaphore(slotCount);
    }

    void onStart(@Observes StartupEvent started) {
        if (workerRole) {
            thread = new Thread(this::takeRequests, "intake");
            thread.start();
        }
    }

    /** Nothing in here is interrupted: between a record and its confirmation a worker must not lose its head. */
    private void takeRequests() {
        try {
            boolean ready = false;
            while (!stopping && !ready) {
                ready = messaging.awaitReady(TICK);
            }
            LOG.infof("worker is ready slots=%d", slotCount);
            while (!stopping) {
                takeOne();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            intake.leave();
        }
    }

    private void takeOne() throws InterruptedException {
        if (!slots.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            intake.rest();
            return;
        }
        boolean taken = false;
        try {
            Optional<TakenRequest> request = intake.take(TICK);
            if (request.isPresent()) {
                running.execute(() -> run(request.get()));
                taken = true;
            }
        } catch (RuntimeException | Error e) {
            // Want of memory or of a thread may pass; an intake that ended would leave a worker that takes nothing and looks well.
            LOG.error("intake begins anew; what it may have taken is left to the watchdog", e);
            intake.leave();
            TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_ERROR.toMillis());
        } finally {
            if (!taken) {
                slots.release();
            }
        }
    }

    private void run(TakenRequest taken) {
        try {
            runner.run(taken);
        } finally {
            slots.release();
        }
    }

    /** The process is about to stop: nothing more is taken. */
    void onStopping(@Observes ShutdownDelayInitiatedEvent asked) {
        takeNothingMore();
    }

    private synchronized void takeNothingMore() {
        if (!stopping) {
            stopping = true;
            graceEnds = System.nanoTime() + grace.toNanos();
            intake.stop();
        }
    }

    /** Takes nothing more, lets what runs go on for a while, and then waits until it has been handed on. */
    void onStop(@Observes ShutdownEvent stopped) throws InterruptedException {
        takeNothingMore();
        if (thread != null) {
            // Not before it has ended may the pool: what it has just accepted must still run.
            thread.join(STOP_PATIENCE.toMillis());
        }
        running.shutdown();
        if (!running.awaitTermination(graceEnds - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            LOG.info("exports are still running at the end of the grace period; they are handed on");
        }
        stop.ask();
        if (!running.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("exports are still running at the end of this process; the watchdog hands them on");
        }
    }
}
