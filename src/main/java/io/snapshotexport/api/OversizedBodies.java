package io.snapshotexport.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Answers a request whose body is announced to be too large before any of it is read, in the shape that all errors have; the HTTP
 * server's own answer has no body. Bodies of unknown length are left to the resource.
 */
@ApplicationScoped
class OversizedBodies {

    /** Before the server looks at its own limit, and measured like any other. */
    private static final int EARLY = RequestTimes.FIRST - 1;

    void limit(@Observes Filters filters) {
        filters.register(OversizedBodies::check, EARLY);
    }

    private static void check(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || !length.matches("[0-9]+") || length.length() < 9 && Integer.parseInt(length) <= JsonBody.MAX_BYTES) {
            context.next();
            return;
        }
        UnreadableRequests.refuse(context, ErrorResponses.TOO_LARGE, "body");
    }
}
