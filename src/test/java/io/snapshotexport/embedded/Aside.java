package io.snapshotexport.embedded;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What tests do while they do something else: on a thread of its own each, with the class loader of whoever asks. The common pool, which is
 * what {@link CompletableFuture} takes from Java 25 on however few the processors are, has neither: there one that waits makes others wait.
 */
public final class Aside {

    private static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "aside");
        thread.setDaemon(true);
        thread.start();
    };

    private Aside() {
    }

    public static <T> CompletableFuture<T> supply(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, THREADS);
    }

    /** Does it so many times at once, and returns what comes of each. */
    public static <T> List<T> times(int times, Supplier<T> work) {
        return Stream.generate(() -> supply(work)).limit(times).toList().stream().map(CompletableFuture::join).toList();
    }

    public static CompletableFuture<Void> run(Runnable work) {
        return CompletableFuture.runAsync(work, THREADS);
    }
}
