package io.snapshotexport.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;

/** Tells the listener of every request but those for health and metrics, whoever answers it. */
@ApplicationScoped
class RequestTimes {

    /** Before anybody who could answer. */
    static final int FIRST = Integer.MAX_VALUE;
    private static final String OPERATION = "/q/";

    private final RequestListener listener;

    @Inject
    RequestTimes(RequestListener listener) {
        this.listener = listener;
    }

    void measure(@Observes Filters filters) {
        filters.register(this::measure, FIRST);
    }

    private void measure(RoutingContext context) {
        String path = context.request().path();
        if (path == null || !path.startsWith(OPERATION)) {
            long begun = System.nanoTime();
            context.addEndHandler(ended -> listener.answered(Routes.method(context.request().method().name()), Routes.route(path),
                    ended.succeeded() ? context.response().getStatusCode() : 0, Duration.ofNanos(System.nanoTime() - begun)));
        }
        context.next();
    }
}
