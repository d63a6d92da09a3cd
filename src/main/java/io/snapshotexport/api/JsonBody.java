package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.messaging.RequestJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/** The body of a request: one JSON object, called so, and no larger than any request needs. */
final class JsonBody {

    static final int MAX_BYTES = 64 * 1024;
    private static final Pattern JSON = Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private JsonBody() {
    }

    /**
     * The object; reading it may block.
     *
     * @param fields what the object should have, for messages
     */
    static ObjectNode parse(InputStream stream, String contentType, String fields) throws IOException {
        if (contentType == null || !JSON.matcher(contentType).matches()) {
            throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The content type is "
                    + (contentType == null ? "missing" : shown(contentType)) + "; send the body as `Content-Type: application/json`.");
        }
        // A body of unknown length is read no further than it may be long.
        byte[] body = stream.readNBytes(MAX_BYTES + 1);
        if (body.length == 0) {
            throw new InvalidValueException("body", "The body is empty; send one JSON object with " + fields + ".");
        }
        if (body.length > MAX_BYTES) {
            throw new InvalidValueException("body", ErrorResponses.TOO_LARGE);
        }
        return RequestJson.parse(body, fields);
    }
}
