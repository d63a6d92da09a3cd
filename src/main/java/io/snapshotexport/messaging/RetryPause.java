package io.snapshotexport.messaging;

import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * The pause between two tries of something that a process cannot begin without, however many it takes; says from time to time what is waited
 * for. Belongs to one thread.
 */
public final class RetryPause {

    private static final long PAUSE_MILLIS = 250;
    /** A server that starts beside this one is no news. A try may take some seconds itself, so tries are not what counts. */
    private static final Duration FIRST_LOG = Duration.ofSeconds(1);
    private static final Duration LOG_EVERY = Duration.ofSeconds(15);

    private final Logger log;
    private final String awaited;
    private long sayAt = System.nanoTime() + FIRST_LOG.toNanos();

    /**
     * @param log     of whoever waits
     * @param awaited what for, as a person calls it
     */
    public RetryPause(Logger log, String awaited) {
        this.log = log;
        this.awaited = awaited;
    }

    /** Pauses after a try that failed. An interruption ends the pause and stays set. */
    public void after(Throwable failure) {
        if (System.nanoTime() - sayAt >= 0) {
            sayAt = System.nanoTime() + LOG_EVERY.toNanos();
            // Further lines name internals.
            log.warnf("waiting for %s: %s", awaited, String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
