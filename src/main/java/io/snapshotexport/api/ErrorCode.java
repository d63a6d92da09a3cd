package io.snapshotexport.api;

/** The error codes of the API and their HTTP status. */
enum ErrorCode {
    BAD_REQUEST("bad_request", 400),
    IDEMPOTENCY_KEY_REUSED("idempotency_key_reused", 400),
    UNAUTHORIZED("unauthorized", 401),
    PERMISSION_DENIED("permission_denied", 403),
    NOT_FOUND("not_found", 404),
    METHOD_NOT_ALLOWED("method_not_allowed", 405),
    UNSUPPORTED_MEDIA_TYPE("unsupported_media_type", 415),
    TOO_MANY_REQUESTS("too_many_requests", 429),
    INTERNAL_ERROR("internal_error", 500),
    UNAVAILABLE("unavailable", 503);

    private final String wireName;
    private final int status;

    ErrorCode(String wireName, int status) {
        this.wireName = wireName;
        this.status = status;
    }

    String wireName() {
        return wireName;
    }

    int status() {
        return status;
    }
}
