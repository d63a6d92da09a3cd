package io.snapshotexport.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;

/** Bodies that the HTTP server refuses before any resource sees them get the same answer as those that a resource refuses. */
@ApplicationScoped
class OversizedBodies {

    void answer(@Observes Router router) {
        router.errorHandler(413, context -> {
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
        });
    }
}
