package io.snapshotexport.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends connections whose request does not come to its end in time. The server's idle timeout does not: a byte now and then is enough to
 * stay, and what has come so far takes memory.
 */
@ApplicationScoped
class BodyDeadline {

    /** Before anything that may read the body or refuse the request. */
    private static final int FIRST = Integer.MAX_VALUE;

    private final Vertx vertx;
    private final long millis;

    @Inject
    BodyDeadline(Vertx vertx, @ConfigProperty(name = "snapshot-export.api.body-timeout", defaultValue = "20s") Duration timeout) {
        this.vertx = vertx;
        this.millis = Math.max(1, timeout.toMillis());
    }

    void limit(@Observes Filters filters) {
        filters.register(this::begin, FIRST);
    }

    private void begin(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!request.isEnded()) {
            // Not cancelled by the answer: a request that is refused may go on arriving.
            vertx.setTimer(millis, elapsed -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            });
        }
        context.next();
    }
}
