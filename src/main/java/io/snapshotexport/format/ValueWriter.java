package io.snapshotexport.format;

import io.snapshotexport.export.DocumentFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes the values of documents, with or without their types. It keeps no state but the output that it was given last.
 * Not thread-safe.
 */
public final class ValueWriter {

    private static final byte[] INT = bytesOf("{\"@int\":\"");
    private static final byte[] LONG = bytesOf("{\"@long\":\"");
    private static final byte[] DOUBLE = bytesOf("{\"@double\":\"");
    private static final byte[] TIME = bytesOf("{\"@time\":\"");
    private static final byte[] DATE = bytesOf("{\"@date\":\"");
    private static final byte[] BYTES = bytesOf("{\"@bytes\":\"");
    private static final byte[] UUID = bytesOf("{\"@uuid\":\"");
    private static final byte[] REFERENCE = bytesOf("{\"@ref\":{\"id\":");
    private static final byte[] SIMPLE_REFERENCE = bytesOf("{\"id\":");
    private static final byte[] COLLECTION = bytesOf(",\"coll\":");
    private static final byte[] MODULE = bytesOf("{\"@mod\":");
    private static final byte[] OBJECT = bytesOf("{\"@object\":{");
    private static final byte[] END = bytesOf("\"}");
    private static final byte[] TRUE = bytesOf("true");
    private static final byte[] FALSE = bytesOf("false");
    private static final byte[] NULL = bytesOf("null");
    /** Divisible by three, so that padding comes at the end only. */
    private static final int BASE64_CHUNK = 3 * 4096;

    private final boolean tagged;
    private JsonOutput out;

    public ValueWriter(DocumentFormat format) {
        tagged = format == DocumentFormat.TAGGED;
    }

    /** Where everything goes from here on. */
    public void output(JsonOutput next) {
        out = next;
    }

    public JsonOutput output() {
        return out;
    }

    public boolean isTagged() {
        return tagged;
    }

    /** An Int where it fits 32 bits, otherwise a Long. */
    public void integer(long value) throws IOException {
        if (tagged) {
            out.raw(value == (int) value ? INT : LONG);
            out.integer(value);
            out.raw(END);
        } else {
            out.integer(value);
        }
    }

    /** A Double. */
    public void real(double value) throws IOException {
        real(DoubleText.of(value), Double.isFinite(value));
    }

    /** A Double with the digits that the float has: 0.1f is 0.1, and not 0.10000000149011612. */
    public void real(float value) throws IOException {
        real(DoubleText.of(value), Float.isFinite(value));
    }

    private void real(String text, boolean finite) throws IOException {
        beginReal(finite);
        out.ascii(text);
        endReal(finite);
    }

    void beginReal(boolean finite) throws IOException {
        if (tagged) {
            out.raw(DOUBLE);
        } else if (!finite) {
            out.raw('"');
        }
    }

    void endReal(boolean finite) throws IOException {
        if (tagged) {
            out.raw(END);
        } else if (!finite) {
            out.raw('"');
        }
    }

    /**
     * A decimal number, given as ASCII text without white space. Without fraction and exponent it is an Int or a Long where it
     * fits, whatever its value; otherwise a Double where that is exact, that is, where the double's own text names the same
     * number; otherwise its text becomes a String. So the kind of a value in a column of fixed scale does not change from row
     * to row: 12.00 is the Double 12.0.
     */
    public void decimal(byte[] text, int from, int to) throws IOException {
        DecimalText.write(text, from, to, this);
    }

    /**
     * A decimal number as above, given by its parts: {@code integer} before the point, and behind it the first {@code scale} of the eight
     * digits of {@code fraction}.
     *
     * @return false if nothing was written, because such a number takes more than that
     */
    public boolean decimal(boolean negative, int integer, int fraction, int scale) throws IOException {
        return DecimalText.write(negative, integer, fraction, scale, this);
    }

    public void string(byte[] utf8, int from, int to) throws IOException {
        out.string(utf8, from, to);
    }

    public void string(String text) throws IOException {
        out.string(text);
    }

    public void bool(boolean value) throws IOException {
        out.raw(value ? TRUE : FALSE);
    }

    public void nothing() throws IOException {
        out.raw(NULL);
    }

    /** A Time: seconds since 1970 and the nanoseconds after them. */
    public void time(long epochSecond, int nano) throws IOException {
        begin(TIME);
        TimeText.instant(epochSecond, nano, out);
        end();
    }

    public void time(Instant instant) throws IOException {
        time(instant.getEpochSecond(), instant.getNano());
    }

    /** A Date, in days since 1970-01-01. */
    public void date(long epochDay) throws IOException {
        begin(DATE);
        TimeText.date(epochDay, out);
        end();
    }

    /** Bytes, in base64. */
    public void bytes(byte[] bytes, int from, int to) throws IOException {
        begin(BYTES);
        for (int at = from; at < to; at += BASE64_CHUNK) {
            out.raw(Base64.getEncoder().encode(Arrays.copyOfRange(bytes, at, Math.min(at + BASE64_CHUNK, to))));
        }
        end();
    }

    /** A Time, given in the form of the output. */
    void time(byte[] text, int from, int to) throws IOException {
        begin(TIME);
        out.raw(text, from, to);
        end();
    }

    /** A Date, given in the form of the output. */
    void date(byte[] text, int from, int to) throws IOException {
        begin(DATE);
        out.raw(text, from, to);
        end();
    }

    /** Bytes, given in base64 in two parts. */
    void base64(byte[] text, int from, int to, byte[] last) throws IOException {
        begin(BYTES);
        out.raw(text, from, to);
        out.raw(last);
        end();
    }

    /** A UUID, given as its text in lower case. */
    void uuid(byte[] text) throws IOException {
        begin(UUID);
        out.raw(text);
        end();
    }

    /** A reference to a document: id and name of the collection are JSON strings that begin at the places. */
    void reference(byte[] json, int id, int collection) throws IOException {
        out.raw(tagged ? REFERENCE : SIMPLE_REFERENCE);
        JsonStrings.copy(json, id, out);
        out.raw(COLLECTION);
        collection(json, collection);
        out.raw('}');
        if (tagged) {
            out.raw('}');
        }
    }

    /** The name of a collection, given as the JSON string that begins at the place. */
    void collection(byte[] json, int name) throws IOException {
        if (tagged) {
            out.raw(MODULE);
        }
        JsonStrings.copy(json, name, out);
        if (tagged) {
            out.raw('}');
        }
    }

    /** The name of a collection, as the value of {@code coll}. */
    public void collection(String name) throws IOException {
        if (tagged) {
            out.raw(MODULE);
            out.string(name);
            out.raw('}');
        } else {
            out.string(name);
        }
    }

    /** @param hasAtKey whether a key that will be written begins with {@code @}: such an object needs a wrapper when tagged */
    public void beginObject(boolean hasAtKey) throws IOException {
        if (tagged && hasAtKey) {
            out.raw(OBJECT);
        } else {
            out.raw('{');
        }
    }

    /** @param hasAtKey what {@link #beginObject} was given */
    public void endObject(boolean hasAtKey) throws IOException {
        out.raw('}');
        if (tagged && hasAtKey) {
            out.raw('}');
        }
    }

    private void begin(byte[] tag) throws IOException {
        if (tagged) {
            out.raw(tag);
        } else {
            out.raw('"');
        }
    }

    private void end() throws IOException {
        if (tagged) {
            out.raw(END);
        } else {
            out.raw('"');
        }
    }

    private static byte[] bytesOf(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
