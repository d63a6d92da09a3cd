package io.snapshotexport.format;

import java.io.IOException;

/** The numbers of a JSON text. What stands there in standard form already, as most do, is copied and not taken apart. */
final class JsonNumbers {

    /** No overflow, and no number that is no Long. */
    private static final int MAX_INTEGER_DIGITS = 18;
    /** Below 10,000,000 the text of a double has no exponent. */
    private static final int MAX_PLAIN_INTEGER_DIGITS = 7;
    /** As many significant digits, or fewer, are the shortest text of a double. */
    private static final int UNIQUE_DIGITS = 15;

    private JsonNumbers() {
    }

    /**
     * Writes the number that begins at the place.
     *
     * @param to where the JSON ends
     * @return where the number does
     */
    static int write(byte[] json, int from, int to, ValueWriter out) throws IOException {
        int plainEnd = writePlain(json, from, to, out);
        if (plainEnd > from) {
            return plainEnd;
        }
        int at = DecimalText.end(json, from, to);
        out.decimal(json, from, at);
        return at;
    }

    /**
     * Writes the number that begins at the place if its text is what {@link ValueWriter#decimal} would write.
     *
     * @param to where the JSON ends
     * @return where it ends, or {@code from} if nothing was written
     */
    private static int writePlain(byte[] json, int from, int to, ValueWriter out) throws IOException {
        int start = json[from] == '-' ? from + 1 : from;
        int at = start;
        long value = 0;
        while (at < to && isDigit(json[at])) {
            value = value * 10 + json[at] - '0';
            at++;
        }
        int digits = at - start;
        if (digits == 0 || digits > MAX_INTEGER_DIGITS) {
            return from;
        }
        if (at == to || json[at] != '.' && (json[at] | 0x20) != 'e') {
            out.integer(start > from ? -value : value);
            return at;
        }
        if (json[at] != '.' || digits > MAX_PLAIN_INTEGER_DIGITS) {
            return from;
        }
        // Below 0.001 there is an exponent, and a zero may have a sign: neither begins with another digit than 0 behind "0.".
        if (value == 0 && at + 1 < to && json[at + 1] == '0') {
            return from;
        }
        int fraction = at + 1;
        at = fraction;
        while (at < to && isDigit(json[at])) {
            at++;
        }
        boolean ends = at == to || (json[at] | 0x20) != 'e';
        boolean shortest = json[at - 1] != '0' || at - fraction == 1;
        if (at == fraction || !ends || !shortest || digits + at - fraction > UNIQUE_DIGITS) {
            return from;
        }
        out.beginReal(true);
        out.output().raw(json, from, at);
        out.endReal(true);
        return at;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }
}
