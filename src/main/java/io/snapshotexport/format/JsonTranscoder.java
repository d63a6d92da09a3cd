package io.snapshotexport.format;

import io.snapshotexport.export.DocumentFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Plain JSON to a document's values, from bytes to bytes in one pass: white space and null fields go, escapes and numbers take their
 * standard form, values get their tags. The input must be well-formed JSON in UTF-8, as PostgreSQL returns it. Memory: a byte for
 * each level of nesting; when tagged and there may be a key that begins with {@code @}, also a bit for each object. Not
 * thread-safe.
 */
public final class JsonTranscoder {

    private static final int OBJECT = 1;
    private static final int WRAPPED = 2;
    private static final int STARTED = 4;
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESERVED_FIELDS = ",\"data\":{".getBytes(StandardCharsets.US_ASCII);

    private final ValueWriter values;
    private final AtKeys atKeys = new AtKeys();
    private boolean mayWrap;
    /** How many objects have begun before the present place. */
    private int objects;
    private byte[] json;
    private JsonOutput out;
    private byte[] levels = new byte[64];
    private int depth;
    /** Fields with reserved names: begin and end of the key, begin of the value, number of objects before it. */
    private int[] reserved = new int[20];

    public JsonTranscoder(DocumentFormat format) {
        values = new ValueWriter(format);
    }

    /** Whether the JSON text is an object. */
    public static boolean isObject(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] <= ' ') {
            at++;
        }
        return at < to && json[at] == '{';
    }

    /** Writes one value. */
    public void value(byte[] bytes, int from, int to, JsonOutput target) throws IOException {
        begin(bytes, from, to, target);
        copy(from);
    }

    /**
     * Writes the fields of an object as those of a document that has begun already: each after a comma, those with reserved names
     * last, in a field {@code data} of their own. The document itself is never wrapped, whatever its keys.
     */
    public void documentFields(byte[] bytes, int from, int to, JsonOutput target) throws IOException {
        begin(bytes, from, to, target);
        objects++;
        int reservedEnd = 0;
        int at = space(from) + 1;
        while (true) {
            at = space(at);
            if (json[at] == '}') {
                break;
            }
            int key = json[at] == ',' ? space(at + 1) : at;
            int keyEnd = JsonStrings.end(json, key);
            at = space(space(keyEnd) + 1);
            if (json[at] == 'n') {
                at += NULL.length;
            } else if (JsonStrings.isReserved(json, key, keyEnd)) {
                reservedEnd = remember(reservedEnd, key, keyEnd, at);
                at = skip(at);
            } else {
                out.raw(',');
                JsonStrings.copy(json, key, out);
                out.raw(':');
                at = copy(at);
            }
        }
        if (reservedEnd > 0) {
            reservedFields(reservedEnd);
        }
    }

    private int remember(int end, int key, int keyEnd, int value) {
        if (end == reserved.length) {
            reserved = Arrays.copyOf(reserved, end * 2);
        }
        reserved[end] = key;
        reserved[end + 1] = keyEnd;
        reserved[end + 2] = value;
        reserved[end + 3] = objects;
        return end + 4;
    }

    private void reservedFields(int end) throws IOException {
        out.raw(RESERVED_FIELDS);
        for (int i = 0; i < end; i += 4) {
            if (i > 0) {
                out.raw(',');
            }
            JsonStrings.copy(json, reserved[i], out);
            out.raw(':');
            objects = reserved[i + 3];
            copy(reserved[i + 2]);
        }
        out.raw('}');
    }

    private void begin(byte[] bytes, int from, int to, JsonOutput target) {
        json = bytes;
        out = target;
        values.output(target);
        objects = 0;
        depth = 0;
        mayWrap = values.isTagged() && atKeys.find(bytes, from, to);
    }

    /** Copies the value that begins at or after the place, and returns where it ends. */
    private int copy(int from) throws IOException {
        int at = from;
        do {
            at = space(at);
            at = switch (json[at]) {
                case '{' -> open(at, OBJECT);
                case '[' -> open(at, 0);
                case '"' -> JsonStrings.copy(json, at, out);
                case 't' -> literal(at, TRUE);
                case 'f' -> literal(at, FALSE);
                case 'n' -> literal(at, NULL);
                default -> number(at);
            };
            at = next(at);
        } while (depth > 0);
        return at;
    }

    private int open(int at, int kind) throws IOException {
        int level = kind;
        if (kind == OBJECT) {
            if (mayWrap && atKeys.has(objects)) {
                level |= WRAPPED;
            }
            objects++;
            values.beginObject((level & WRAPPED) != 0);
        } else {
            out.raw('[');
        }
        if (depth == levels.length) {
            levels = Arrays.copyOf(levels, depth * 2);
        }
        levels[depth++] = (byte) level;
        return at + 1;
    }

    /** From the end of a value, or the begin of an array or object, to the next value, over all that ends in between. */
    private int next(int from) throws IOException {
        int at = from;
        while (depth > 0) {
            at = space(at);
            byte level = levels[depth - 1];
            byte c = json[at];
            if (c == '}') {
                values.endObject((level & WRAPPED) != 0);
                depth--;
                at++;
            } else if (c == ']') {
                out.raw(']');
                depth--;
                at++;
            } else {
                at = space(c == ',' ? at + 1 : at);
                int key = at;
                if ((level & OBJECT) != 0) {
                    at = space(space(JsonStrings.end(json, key)) + 1);
                    if (json[at] == 'n') {
                        at += NULL.length;
                        continue;
                    }
                }
                if ((level & STARTED) != 0) {
                    out.raw(',');
                }
                levels[depth - 1] = (byte) (level | STARTED);
                if ((level & OBJECT) != 0) {
                    JsonStrings.copy(json, key, out);
                    out.raw(':');
                }
                return at;
            }
        }
        return at;
    }

    private int literal(int at, byte[] literal) throws IOException {
        out.raw(literal);
        return at + literal.length;
    }

    private int number(int from) throws IOException {
        int at = from;
        while (at < json.length && isOfNumber(json[at])) {
            at++;
        }
        if (at == from) {
            throw new IllegalArgumentException("not JSON at byte " + from);
        }
        values.decimal(json, from, at);
        return at;
    }

    private static boolean isOfNumber(byte c) {
        return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    }

    /** Where the value ends that begins at the place; counts the objects in it. */
    private int skip(int from) {
        int at = from;
        int open = 0;
        do {
            switch (json[at]) {
                case '"' -> at = JsonStrings.end(json, at);
                case '{' -> {
                    objects++;
                    open++;
                    at++;
                }
                case '[' -> {
                    open++;
                    at++;
                }
                case '}', ']' -> {
                    open--;
                    at++;
                }
                default -> at++;
            }
        } while (open > 0 || json[at] != ',' && json[at] != '}');
        return at;
    }

    private int space(int from) {
        int at = from;
        while (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t') {
            at++;
        }
        return at;
    }
}
