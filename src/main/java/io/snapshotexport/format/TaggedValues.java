package io.snapshotexport.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the values of the tagged format: objects with one key that begins with {@code @}. All but {@code @object}, which holds other
 * values, are written at once, in the one form that each value has. What is no value of the format is refused. Not thread-safe.
 */
final class TaggedValues {

    static final String FREE_KEY = "has a key that begins with `@` beside other keys; such an object is written as {\"@object\":{...}}";

    private static final byte[] INT = ascii("@int");
    private static final byte[] LONG = ascii("@long");
    private static final byte[] DOUBLE = ascii("@double");
    private static final byte[] TIME = ascii("@time");
    private static final byte[] DATE = ascii("@date");
    private static final byte[] BYTES = ascii("@bytes");
    private static final byte[] UUID = ascii("@uuid");
    private static final byte[] MODULE = ascii("@mod");
    private static final byte[] REFERENCE = ascii("@ref");
    private static final byte[] OBJECT = ascii("@object");
    private static final byte[] ID = ascii("id");
    private static final byte[] COLLECTION = ascii("coll");

    /** The frequent ones first. */
    private static final byte[][] SCALARS = {INT, DOUBLE, TIME, LONG, DATE, BYTES, UUID, MODULE};

    /** Every number of so many digits is a long. */
    private static final int SAFE_DIGITS = 18;

    private final ValueWriter values;
    private byte[] json;
    private int begin;
    private int objects;
    /** The inside of the string that was read last, in the form that JSON output has. */
    private byte[] text;
    private int from;
    private int to;
    private ByteArrayOutputStream unescaped;
    private JsonOutput unescaping;

    TaggedValues(ValueWriter values) {
        this.values = values;
    }

    void begin(byte[] document, int documentBegin) {
        json = document;
        begin = documentBegin;
    }

    /**
     * Writes the value whose object begins at the place.
     *
     * @return where it ends; or the negated place of the object inside, if this is an {@code @object}, of which nothing is written
     */
    int copy(int object, int key) throws IOException {
        int value = afterColon(string(key));
        objects = 1;
        if (is(OBJECT)) {
            if (json[value] != '{') {
                throw malformed(object, "is not an object inside of `@object`");
            }
            return -value;
        }
        int end;
        if (is(REFERENCE)) {
            end = reference(object, value);
        } else {
            byte[] tag = tag(object);
            if (json[value] != '"') {
                throw malformed(object, "is not a string after its tag");
            }
            end = string(value);
            scalar(tag, object, value);
        }
        return close(object, end);
    }

    /** How many objects the text of the value that was copied last consists of. */
    int objects() {
        return objects;
    }

    MalformedDocumentException malformed(int at, String what) {
        return MalformedDocumentException.at(json, begin, at, what);
    }

    /** Goes over the bracket that ends a tagged value. */
    private int close(int object, int from) {
        int at = JsonStrings.space(json, from);
        if (json[at] != '}') {
            throw malformed(object, FREE_KEY);
        }
        return at + 1;
    }

    /** Goes over the bracket that ends an {@code @object}. */
    int closeObject(int from) {
        int at = JsonStrings.space(json, from);
        if (json[at] != '}') {
            throw malformed(afterColon(JsonStrings.end(json, JsonStrings.space(json, at + 1))), FREE_KEY);
        }
        return at + 1;
    }

    private byte[] tag(int object) {
        for (byte[] tag : SCALARS) {
            if (is(tag)) {
                return tag;
            }
        }
        throw malformed(object, "has a tag that is not known; an object with a key that begins with `@` is written as {\"@object\":{...}}");
    }

    private void scalar(byte[] tag, int object, int value) throws IOException {
        if (tag == INT) {
            integer(object, Integer.MIN_VALUE, Integer.MAX_VALUE, "is not a whole number of 32 bits");
        } else if (tag == LONG) {
            integer(object, Long.MIN_VALUE, Long.MAX_VALUE, "is not a whole number of 64 bits");
        } else if (tag == DOUBLE) {
            if (!DoubleText.write(text, from, to, values)) {
                throw malformed(object, "is not a number of double precision");
            }
        } else if (tag == TIME) {
            if (!TimeParsing.instant(text, from, to, values)) {
                throw malformed(object, "is not a time such as 2024-02-29T23:59:59.123Z");
            }
        } else if (tag == DATE) {
            if (!TimeParsing.date(text, from, to, values)) {
                throw malformed(object, "is not a date such as 2024-02-29");
            }
        } else if (tag == BYTES) {
            if (!Base64Text.write(text, from, to, values)) {
                throw malformed(object, "is not base64");
            }
        } else if (tag == UUID) {
            if (!UuidText.write(text, from, to, values)) {
                throw malformed(object, "is not a UUID");
            }
        } else {
            values.collection(json, value);
        }
    }

    private void integer(int object, long least, long most, String otherwise) throws IOException {
        long value = 0;
        int digits = from < to && (text[from] == '-' || text[from] == '+') ? from + 1 : from;
        if (to == digits || to - digits > SAFE_DIGITS) {
            value = large(object, otherwise);
        } else {
            for (int i = digits; i < to; i++) {
                if (text[i] < '0' || text[i] > '9') {
                    throw malformed(object, otherwise);
                }
                value = value * 10 + text[i] - '0';
            }
            value = text[from] == '-' ? -value : value;
        }
        if (value < least || value > most) {
            throw malformed(object, otherwise);
        }
        values.integer(value);
    }

    private long large(int object, String otherwise) {
        try {
            return Long.parseLong(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException notWhole) {
            throw malformed(object, otherwise);
        }
    }

    private int reference(int object, int value) throws IOException {
        int id = -1;
        int collection = -1;
        int at = value;
        if (json[at] == '{') {
            do {
                int key = JsonStrings.space(json, at + 1);
                if (json[key] != '"') {
                    break;
                }
                int field = afterColon(string(key));
                if (is(ID) && id < 0 && json[field] == '"') {
                    id = field;
                    at = JsonStrings.end(json, field);
                } else if (is(COLLECTION) && collection < 0 && json[field] == '{') {
                    collection = module(object, field);
                    at = close(object, JsonStrings.end(json, collection));
                } else {
                    throw notAReference(object);
                }
                at = JsonStrings.space(json, at);
            } while (json[at] == ',');
        }
        if (id < 0 || collection < 0) {
            throw notAReference(object);
        }
        objects = 3;
        values.reference(json, id, collection);
        return at + 1;
    }

    /** Where the name stands in a {@code @mod}. */
    private int module(int object, int at) throws IOException {
        int key = JsonStrings.space(json, at + 1);
        if (json[key] != '"') {
            throw notAReference(object);
        }
        int name = afterColon(string(key));
        if (!is(MODULE) || json[name] != '"') {
            throw notAReference(object);
        }
        return name;
    }

    private MalformedDocumentException notAReference(int object) {
        return malformed(object, "is not a reference such as {\"@ref\":{\"id\":\"1\",\"coll\":{\"@mod\":\"Product\"}}}");
    }

    private int afterColon(int keyEnd) {
        return JsonStrings.space(json, JsonStrings.space(json, keyEnd) + 1);
    }

    private boolean is(byte[] expected) {
        return Arrays.equals(text, from, to, expected, 0, expected.length);
    }

    /** Takes the string that begins at the place, and returns where it ends. */
    private int string(int at) throws IOException {
        int end = at + 1;
        while (json[end] != '"') {
            if (json[end] == '\\') {
                return escapedString(at);
            }
            end++;
        }
        text = json;
        from = at + 1;
        to = end;
        return end + 1;
    }

    private int escapedString(int at) throws IOException {
        if (unescaped == null) {
            unescaped = new ByteArrayOutputStream();
            unescaping = new JsonOutput(unescaped);
        }
        unescaped.reset();
        final int end = JsonStrings.copy(json, at, unescaping);
        unescaping.flush();
        text = unescaped.toByteArray();
        from = 1;
        to = text.length - 1;
        return end;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
