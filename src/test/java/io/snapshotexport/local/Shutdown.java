package io.snapshotexport.local;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened, last first, once: at the end, or earlier when the process is told to end (Ctrl-C, SIGTERM). Thread-safe. */
final class Shutdown {

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private volatile boolean underWay;

    Shutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "shutdown"));
    }

    /** @return the same, to be used until the end */
    <T extends AutoCloseable> T closeLater(T resource) {
        synchronized (this) {
            if (!underWay) {
                opened.push(resource);
                return resource;
            }
        }
        close(resource);
        throw new IllegalStateException("the process is ending");
    }

    /** Whether things are being closed, so that what fails now needs no explanation. */
    boolean isUnderWay() {
        return underWay;
    }

    synchronized void close() {
        underWay = true;
        while (!opened.isEmpty()) {
            close(opened.pop());
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // The others must be closed all the same.
            System.err.println("not closed in good order: " + e);
        }
    }
}
