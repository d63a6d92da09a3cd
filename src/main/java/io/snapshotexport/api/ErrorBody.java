package io.snapshotexport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;

/** {@code {"error": {"code": ..., "message": ..., "metadata": ...}}}. */
@RegisterForReflection
record ErrorBody(Error error) {

    /** @param metadata for programs; null where there is none */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Error(String code, String message, Map<String, String> metadata) {
    }

    static ErrorBody of(ErrorCode code, String message, Map<String, String> metadata) {
        return new ErrorBody(new Error(code.wireName(), message, metadata));
    }
}
