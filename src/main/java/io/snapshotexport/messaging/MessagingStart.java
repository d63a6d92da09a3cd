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
import org.jboss.logging.Logger;

/** Brings Kafka into shape when the process starts, for as long as it takes; until then nothing is published or taken. */
@ApplicationScoped
public class MessagingStart {

    private static final Logger LOG = Logger.getLogger(MessagingStart.class);
    private static final long RETRY_MILLIS = 250;
    /** In retries: said after a second, because a server that starts beside this one is no news, and then four times a minute. */
    private static final int LOG_EVERY = 60;
    private static final int FIRST_LOG = 4;

    private final TopicSetup setup;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile Thread thread;

    @Inject
    MessagingStart(TopicSetup setup) {
        this.setup = setup;
    }

    void onStart(@Observes StartupEvent started) {
        thread = new Thread(this::setUp, "topic-setup");
        thread.setDaemon(true);
        thread.start();
    }

    void onStop(@Observes ShutdownEvent stopped) {
        thread.interrupt();
    }

    private void setUp() {
        for (int attempt = 0; !Thread.currentThread().isInterrupted(); attempt++) {
            try {
                setup.run();
                LOG.info("topics are ready");
                ready.countDown();
                return;
            } catch (UnsafeTopicException unsafe) {
                LOG.errorf("refusing to start: %s", unsafe.getMessage());
                Quarkus.asyncExit(1);
                return;
            } catch (ExecutionException e) {
                sayWaiting(attempt, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                sayWaiting(attempt, e);
            }
        }
    }

    private static void sayWaiting(int attempt, Throwable cause) {
        if (attempt % LOG_EVERY == FIRST_LOG) {
            LOG.warnf("waiting for Kafka: %s", cause.getMessage());
        }
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
