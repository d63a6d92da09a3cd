package io.snapshotexport.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;

/**
 * Answers what the HTTP server refuses before any resource has seen it, such as a missing {@code Host} header, in the shape that all
 * errors have. The server's own answer is of another shape and says an exception, and it logs a stack trace for it.
 */
@ApplicationScoped
class UnreadableRequests {

    void answer(@Observes Router router) {
        // Before the framework's own handler of failures.
        router.route().order(Integer.MIN_VALUE).failureHandler(UnreadableRequests::answer);
    }

    private static void answer(RoutingContext context) {
        int status = context.statusCode();
        if (status < 400 || status >= 500 || context.response().headWritten()) {
            context.next();
        } else if (status == 413) {
            refuse(context, ErrorResponses.TOO_LARGE, "body");
        } else {
            String why = context.failure() == null ? "it cannot be read" : context.failure().getMessage();
            refuse(context, "The request is not valid HTTP for this service: " + why + ".", "request");
        }
    }

    /** Ends the request and its connection, on which there may be more that cannot be read. */
    static void refuse(RoutingContext context, String message, String field) {
        JsonObject error = new JsonObject()
                .put("code", ErrorCode.BAD_REQUEST.wireName())
                .put("message", message)
                .put("metadata", new JsonObject().put("field", field));
        context.response()
                .setStatusCode(ErrorCode.BAD_REQUEST.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(RequestIdFilter.HEADER, UUID.randomUUID().toString())
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(new JsonObject().put("error", error).encode());
    }
}
