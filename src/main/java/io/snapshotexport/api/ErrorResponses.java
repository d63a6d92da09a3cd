package io.snapshotexport.api;

import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.messaging.LogUnavailableException;
import io.snapshotexport.store.StoreUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every failure becomes an answer of the one shape that the clients can read. */
class ErrorResponses {

    private static final Logger LOG = Logger.getLogger(ErrorResponses.class);
    private static final String RETRY_AFTER_SECONDS = "5";

    @ServerExceptionMapper
    Response of(ApiException e) {
        return response(e.code(), e.getMessage(), null);
    }

    @ServerExceptionMapper
    Response of(TooManyRequestsException e) {
        return Response.fromResponse(response(ErrorCode.TOO_MANY_REQUESTS, e.getMessage(), e.metadata()))
                .header(HttpHeaders.RETRY_AFTER, e.retryAfterSeconds())
                .build();
    }

    @ServerExceptionMapper
    Response of(InvalidValueException e) {
        return response(ErrorCode.BAD_REQUEST, e.getMessage(), Map.of("field", e.field()));
    }

    @ServerExceptionMapper
    Response of(LogUnavailableException e) {
        if (e.perhapsWritten()) {
            LOG.warnf("request unanswered, Kafka does not say whether it has it: %s", e.getMessage());
            return response(ErrorCode.UNAVAILABLE, "It is not known whether the export was queued: Kafka did not confirm in time. Look at the list of"
                    + " exports before you ask again, or ask with an `Idempotency-Key`, under which no second one is started.", null);
        }
        LOG.warnf("request refused, Kafka does not take it: %s", e.getMessage());
        return response(ErrorCode.UNAVAILABLE, "The export could not be queued. Nothing was started; try again in some seconds.", null);
    }

    @ServerExceptionMapper
    Response of(StoreUnavailableException e) {
        LOG.warnf("request refused: %s", e.getMessage());
        return response(ErrorCode.UNAVAILABLE, "The service cannot look this up at the moment; try again in some seconds.", null);
    }

    /** What the HTTP layer refuses by itself. */
    @ServerExceptionMapper
    Response of(WebApplicationException e) {
        return switch (e.getResponse().getStatus()) {
            case 404 -> response(ErrorCode.NOT_FOUND,
                    "There is nothing at this address; exports are at /v2/exports, keys at /v2/account/keys.", null);
            case 405 -> response(ErrorCode.METHOD_NOT_ALLOWED, "This address does not take this method; use GET or POST on /v2/exports and "
                    + "/v2/account/keys, GET on /v2/exports/{id} and /v2/bucket-policy, DELETE on /v2/account/keys/{id}.", null);
            case 415 -> response(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the body as `Content-Type: application/json`.", null);
            case 413 -> response(ErrorCode.BAD_REQUEST, TOO_LARGE, Map.of("field", "body"));
            case 500, 501, 502, 503, 504 -> of((Throwable) e);
            default -> response(ErrorCode.BAD_REQUEST, "The request is not valid HTTP for this service: " + e.getMessage() + ".", null);
        };
    }

    static final String TOO_LARGE = "The body is larger than 64 KiB; name fewer collections, or leave `collections` out to export all.";

    /** The body could not be read, for instance because the client broke off. */
    @ServerExceptionMapper
    Response of(IOException e) {
        LOG.debugf("body not read: %s", e.getMessage());
        return response(ErrorCode.BAD_REQUEST, "The body could not be read to its end; send it again.", Map.of("field", "body"));
    }

    @ServerExceptionMapper
    Response of(Throwable e) {
        LOG.error("request failed", e);
        return response(ErrorCode.INTERNAL_ERROR, "Something went wrong here; the operator finds it by the request id.", null);
    }

    static Response response(ErrorCode code, String message, Map<String, String> metadata) {
        Response.ResponseBuilder response = Response.status(code.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ErrorBody.of(code, message, metadata));
        if (code == ErrorCode.UNAVAILABLE) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (code == ErrorCode.UNAUTHORIZED) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return response.build();
    }
}
