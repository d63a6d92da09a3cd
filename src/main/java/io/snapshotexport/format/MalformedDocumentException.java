package io.snapshotexport.format;

import static io.snapshotexport.export.InvalidValueException.shown;

import java.nio.charset.StandardCharsets;

/** A document of the tagged format holds what is no value of that format. The message names the field, its value and what is wrong. */
public final class MalformedDocumentException extends RuntimeException {

    private static final int SHOWN_BYTES = 1024;

    private MalformedDocumentException(String message) {
        super(message);
    }

    /**
     * @param from where the document begins
     * @param at   where the wrong value begins
     * @param what is wrong, as in "is not ..."
     */
    static MalformedDocumentException at(byte[] json, int from, int at, String what) {
        int end = JsonPath.end(json, at);
        String value = new String(json, at, Math.min(end - at, SHOWN_BYTES), StandardCharsets.UTF_8);
        return new MalformedDocumentException("the field " + shown(JsonPath.of(json, from, at)) + " with the value " + shown(value)
                + " " + what);
    }
}
