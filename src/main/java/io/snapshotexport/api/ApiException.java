package io.snapshotexport.api;

/** A request that is answered with an error. The message is the client's. */
final class ApiException extends RuntimeException {

    private final ErrorCode code;

    ApiException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
