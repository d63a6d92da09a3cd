package io.snapshotexport.store;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Runs work in a session or transaction, and again when the connection breaks: a client must not notice a store that heals
 * within a second. So the work must be harmless when done twice.
 */
@ApplicationScoped
class StoreSession {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final long PATIENCE_MILLIS = 4_000;

    <T> Uni<T> read(Supplier<Uni<T>> work) {
        return patiently(() -> Panache.withSession(work));
    }

    <T> Uni<T> write(Supplier<Uni<T>> work) {
        return patiently(() -> Panache.withTransaction(work));
    }

    /** Goes on later, where sessions can be opened: a timer's own thread is no such place. */
    Uni<Void> pause(Duration length) {
        return Uni.createFrom().voidItem().onItem().delayIt().by(length).emitOn(here());
    }

    /** The Vert.x context of the caller, where sessions can be opened: for what goes on after another thread has answered. */
    static Executor here() {
        Context context = Vertx.currentContext();
        return task -> context.runOnContext(ignored -> task.run());
    }

    /** Runs work that opens no session; otherwise like the others. */
    static <T> Uni<T> patiently(Supplier<Uni<T>> work) {
        // Every try, the later ones of which a timer begins, runs where the first one did.
        return Uni.createFrom().voidItem().emitOn(here()).chain(ignored -> work.get())
                .onFailure(StoreSession::isConnectionFailure).retry().withBackOff(FIRST_PAUSE, LONGEST_PAUSE).expireIn(PATIENCE_MILLIS)
                .onFailure(StoreSession::isConnectionFailure).transform(StoreUnavailableException::new);
    }

    private static boolean isConnectionFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // The last is how the client says that a connection which it took from the pool had been closed meanwhile.
            if (cause instanceof IOException || cause instanceof VertxException || cause instanceof TimeoutException
                    || cause instanceof NoStackTraceThrowable) {
                return true;
            }
            // Class 08 connection exception, 53 insufficient resources, 57 operator intervention (PostgreSQL, appendix A)
            if (cause instanceof PgException answer && answer.getSqlState() != null && answer.getSqlState().matches("(08|53|57).*")) {
                return true;
            }
        }
        return false;
    }
}
