package io.snapshotexport.format;

import io.snapshotexport.export.DocumentFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Stored JSON to a document's values, from bytes to bytes in one pass: white space and null fields go, escapes and numbers take their
 * standard form, values get their tags or lose them. The input must be well-formed JSON in UTF-8, as PostgreSQL returns it. Memory: a
 * byte for each level of nesting; when tagged and there may be an object with a key that begins with {@code @}, also a bit for each
 * object. Not thread-safe.
 */
public final class JsonTranscoder {

    private static final int OBJECT = 1;
    private static final int WRAPPED = 2;
    private static final int STARTED = 4;
    /** Inside of an {@code @object} of the input. */
    private static final int FREE_KEYS = 8;
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESERVED_FIELDS = ",\"data\":{".getBytes(StandardCharsets.US_ASCII);

    private final ValueWriter values;
    /** Null where the input is plain. */
    private final TaggedValues taggedValues;
    private final AtKeys atKeys = new AtKeys();
    private boolean mayWrap;
    /** How many objects have begun before the present place. */
    private int objects;
    private byte[] json;
    private int begin;
    private int end;
    private JsonOutput out;
    private byte[] levels = new byte[64];
    private int depth;
    /** Whether the key that {@link #keyEnd} was asked for last has an escape in it. */
    private boolean keyEscaped;
    private final ReservedFields reserved = new ReservedFields();
    private boolean reservedOutsideOfData;
    /** Where the field {@code data} of a tagged document begins, or -1. */
    private int data;

    public JsonTranscoder(StoredDocuments stored, DocumentFormat format) {
        values = new ValueWriter(format);
        taggedValues = stored == StoredDocuments.TAGGED ? new TaggedValues(values) : null;
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
     * last, in a field {@code data} of their own. In the tagged format an object {@code data} is that field already. The document
     * itself is never wrapped, whatever its keys.
     *
     * @throws MalformedDocumentException if the input is of the tagged format and holds what is no value of it
     */
    public void documentFields(byte[] bytes, int from, int to, JsonOutput target) throws IOException {
        begin(bytes, from, to, target);
        reserved.clear();
        reservedOutsideOfData = false;
        data = -1;
        fields(JsonStrings.space(json, from), false);
        if (data >= 0 && reservedOutsideOfData) {
            throw taggedValues.malformed(data, "stands beside a field with a reserved name, which belongs into it");
        }
        if (reserved.size() > 0) {
            reservedFields();
        }
    }

    /** @param ofData whether the object is the field {@code data} of a tagged document, all of whose fields are put aside */
    private int fields(int object, boolean ofData) throws IOException {
        objects++;
        int at = object + 1;
        while (true) {
            at = JsonStrings.space(json, at);
            if (json[at] == '}') {
                return at + 1;
            }
            final int key = json[at] == ',' ? JsonStrings.space(json, at + 1) : at;
            final int keyEnd = keyEnd(key);
            final boolean escaped = keyEscaped;
            at = JsonStrings.space(json, JsonStrings.space(json, keyEnd) + 1);
            if (json[at] == 'n') {
                at += NULL.length;
            } else if (ofData) {
                refuseAtKey(key, at);
                reserved.add(key, at, objects);
                at = skip(at);
            } else if (!JsonStrings.isReserved(json, key, keyEnd, escaped)) {
                out.raw(',');
                JsonStrings.copy(json, key, keyEnd, escaped, out);
                out.raw(':');
                at = copy(at);
            } else if (holdsReservedFields(key, keyEnd, escaped, at)) {
                data = at;
                at = fields(at, true);
            } else {
                reserved.add(key, at, objects);
                reservedOutsideOfData = true;
                at = skip(at);
            }
        }
    }

    private boolean holdsReservedFields(int key, int keyEnd, boolean escaped, int value) throws IOException {
        if (taggedValues == null || json[value] != '{' || !JsonStrings.isData(json, key, keyEnd, escaped)) {
            return false;
        }
        int first = JsonStrings.space(json, value + 1);
        return json[first] == '}' || !JsonStrings.beginsWithAt(json, first);
    }

    /** Where the key ends that begins at the place; {@link #keyEscaped} says how it has to be copied. */
    private int keyEnd(int key) {
        int at = JsonStrings.plainEnd(json, key + 1);
        keyEscaped = json[at] != '"';
        return keyEscaped ? JsonStrings.end(json, key) : at + 1;
    }

    private void refuseAtKey(int key, int value) {
        if (JsonStrings.beginsWithAt(json, key)) {
            throw taggedValues.malformed(value, TaggedValues.FREE_KEY);
        }
    }

    private void reservedFields() throws IOException {
        out.raw(RESERVED_FIELDS);
        for (int i = 0; i < reserved.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            JsonStrings.copy(json, reserved.key(i), out);
            out.raw(':');
            objects = reserved.objectsBefore(i);
            copy(reserved.value(i));
        }
        out.raw('}');
    }

    private void begin(byte[] bytes, int from, int to, JsonOutput target) {
        json = bytes;
        begin = from;
        end = to;
        out = target;
        values.output(target);
        objects = 0;
        depth = 0;
        mayWrap = false;
        if (taggedValues != null) {
            taggedValues.begin(bytes, from);
        } else if (values.isTagged()) {
            mayWrap = atKeys.find(bytes, from, to);
        }
    }

    /** Copies the value that begins at or after the place, and returns where it ends. */
    private int copy(int from) throws IOException {
        int at = from;
        do {
            at = JsonStrings.space(json, at);
            at = switch (json[at]) {
                case '{' -> open(at);
                case '[' -> beginArray(at);
                case '"' -> JsonStrings.copy(json, at, out);
                case 't' -> literal(at, TRUE);
                case 'f' -> literal(at, FALSE);
                case 'n' -> literal(at, NULL);
                default -> JsonNumbers.write(json, at, end, values);
            };
            at = next(at);
        } while (depth > 0);
        return at;
    }

    private int open(int at) throws IOException {
        if (taggedValues != null) {
            int key = JsonStrings.space(json, at + 1);
            if (json[key] == '"' && JsonStrings.beginsWithAt(json, key)) {
                int valueEnd = taggedValues.copy(at, key);
                objects += taggedValues.objects();
                return valueEnd >= 0 ? valueEnd : openFree(-valueEnd);
            }
        }
        return beginObject(at, OBJECT);
    }

    /** Begins the object inside of an {@code @object}, which needs the wrapper in the output only where a key needs it. */
    private int openFree(int at) throws IOException {
        if (values.isTagged() && !mayWrap) {
            mayWrap = atKeys.find(json, begin, end);
        }
        return beginObject(at, OBJECT | FREE_KEYS);
    }

    private int beginObject(int at, int level) throws IOException {
        boolean wrapped = mayWrap && atKeys.has(objects);
        objects++;
        values.beginObject(wrapped);
        return push(at, wrapped ? level | WRAPPED : level);
    }

    private int beginArray(int at) throws IOException {
        out.raw('[');
        return push(at, 0);
    }

    private int push(int at, int level) {
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
            at = JsonStrings.space(json, at);
            byte level = levels[depth - 1];
            byte c = json[at];
            if (c == '}') {
                values.endObject((level & WRAPPED) != 0);
                depth--;
                at = (level & FREE_KEYS) == 0 ? at + 1 : taggedValues.closeObject(at + 1);
            } else if (c == ']') {
                out.raw(']');
                depth--;
                at++;
            } else {
                at = JsonStrings.space(json, c == ',' ? at + 1 : at);
                int key = at;
                int keyEnd = at;
                if ((level & OBJECT) != 0) {
                    keyEnd = keyEnd(key);
                    at = JsonStrings.space(json, JsonStrings.space(json, keyEnd) + 1);
                    if (taggedValues != null && (level & FREE_KEYS) == 0) {
                        refuseAtKey(key, at);
                    }
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
                    JsonStrings.copy(json, key, keyEnd, keyEscaped, out);
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
}
