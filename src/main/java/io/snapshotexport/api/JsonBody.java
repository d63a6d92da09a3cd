package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.messaging.RequestJson;
import java.util.regex.Pattern;

/** The body of a request: one JSON object, called so, and no larger than any request needs. */
final class JsonBody {

    static final int MAX_BYTES = 64 * 1024;
    private static final Pattern JSON = Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private JsonBody() {
    }

    /**
     * @param body   may be null
     * @param fields what the object should have, for messages
     */
    static ObjectNode parse(byte[] body, String contentType, String fields) {
        if (contentType == null || !JSON.matcher(contentType).matches()) {
            throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The content type is "
                    + (contentType == null ? "missing" : shown(contentType)) + "; send the body as `Content-Type: application/json`.");
        }
        if (body == null || body.length == 0) {
            throw new InvalidValueException("body", "The body is empty; send one JSON object with " + fields + ".");
        }
        if (body.length > MAX_BYTES) {
            throw new InvalidValueException("body", ErrorResponses.TOO_LARGE);
        }
        return RequestJson.parse(body, fields);
    }
}
