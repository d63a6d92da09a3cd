package io.snapshotexport.messaging;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Brings Kafka into shape when the process starts, for as long as it takes; until then nothing is published or taken. */
@ApplicationScoped
public class MessagingStart {

    private static final Logger LOG = Logger.getLogger(MessagingStart.class);

    private final boolean needed;
    private final TopicSetup setup;
    private final TopicReview review;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile Thread thread;

    @Inject
    MessagingStart(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole,
                   @ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole, TopicSetup setup,
                   TopicReview review) {
        // A process with neither role runs one command of the operator's.
        this.needed = apiRole || workerRole;
        this.setup = setup;
        this.review = review;
    }

    void onStart(@Observes StartupEvent started) {
        if (needed) {
            thread = new Thread(this::setUp, "topic-setup");
            thread.setDaemon(true);
            thread.start();
        }
    }

    void onStop(@Observes ShutdownEvent stopped) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void setUp() {
        RetryPause pause = new RetryPause(LOG, "Kafka");
        while (!Thread.currentThread().isInterrupted()) {
            try {
                setup.run(review);
                LOG.info("topics are ready");
                ready.countDown();
                return;
            } catch (UnsafeTopicException unsafe) {
                LOG.errorf("refusing to start: %s", unsafe.getMessage());
                Quarkus.asyncExit(1);
                return;
            } catch (ExecutionException e) {
                pause.after(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                pause.after(e);
            }
        }
    }

    /** Waits until the topics are there and right. @return whether they are */
    public boolean awaitReady(Duration patience) throws InterruptedException {
        return ready.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean isReady() {
        return ready.getCount() == 0;
    }
}
