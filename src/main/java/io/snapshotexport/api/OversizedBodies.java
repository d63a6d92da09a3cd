package io.snapshotexport.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;

/**
 * Answers a request whose body is announced to be too large before any of it is read, in the shape that all errors have; the HTTP
 * server's own answer has no body. Bodies of unknown length are left to the resource.
 */
@ApplicationScoped
class OversizedBodies {

    /** Before the server looks at its own limit. */
    private static final int FIRST = Integer.MAX_VALUE;

    void limit(@Observes Filters filters) {
        filters.register(OversizedBodies::check, FIRST);
    }

    private static void check(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || !length.matches("[0-9]+") || length.length() < 9 && Integer.parseInt(length) <= JsonBody.MAX_BYTES) {
            context.next();
            return;
        }
        JsonObject error = new JsonObject()
                .put("code", ErrorCode.BAD_REQUEST.wireName())
                .put("message", ErrorResponses.TOO_LARGE)
                .put("metadata", new JsonObject().put("field", "body"));
        context.response()
                .setStatusCode(ErrorCode.BAD_REQUEST.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(RequestIdFilter.HEADER, UUID.randomUUID().toString())
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(new JsonObject().put("error", error).encode());
    }
}
