package io.snapshotexport.format;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The text of a Double, read and written. Written it is the shortest one that names the double, in the form of
 * {@link Double#toString(double)}, whose digits depend on the JVM: before Java 19 some are not the shortest ones (2.0E23 is
 * 1.9999999999999998E23 there), and the same snapshot has to give the same bytes everywhere.
 */
final class DoubleText {

    private static final byte[] NAN = ascii("NaN");
    private static final byte[] INFINITY = ascii("Infinity");
    private static final byte[] NEGATIVE_INFINITY = ascii("-Infinity");

    private DoubleText() {
    }

    static String of(double value) {
        return NumberOutput.toString(value, true);
    }

    static String of(float value) {
        return NumberOutput.toString(value, true);
    }

    /** Writes the double that is nearest to the number, or returns false if the text is none, or too large. */
    static boolean write(byte[] text, int from, int to, ValueWriter out) throws IOException {
        if (isNumber(text, from, to)) {
            return DecimalText.writeNearest(text, from, to, out);
        }
        if (equals(text, from, to, NAN)) {
            out.real(Double.NaN);
        } else if (equals(text, from, to, INFINITY)) {
            out.real(Double.POSITIVE_INFINITY);
        } else if (equals(text, from, to, NEGATIVE_INFINITY)) {
            out.real(Double.NEGATIVE_INFINITY);
        } else {
            return false;
        }
        return true;
    }

    /** As JSON has numbers, leading zeros allowed. */
    private static boolean isNumber(byte[] text, int from, int to) {
        int at = from < to && text[from] == '-' ? from + 1 : from;
        int digits = digits(text, at, to);
        if (digits == at) {
            return false;
        }
        at = digits;
        if (at < to && text[at] == '.') {
            digits = digits(text, at + 1, to);
            if (digits == at + 1) {
                return false;
            }
            at = digits;
        }
        if (at < to && (text[at] | 0x20) == 'e') {
            at++;
            if (at < to && (text[at] == '-' || text[at] == '+')) {
                at++;
            }
            digits = digits(text, at, to);
            if (digits == at) {
                return false;
            }
            at = digits;
        }
        return at == to;
    }

    private static int digits(byte[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at;
    }

    private static boolean equals(byte[] text, int from, int to, byte[] expected) {
        return Arrays.equals(text, from, to, expected, 0, expected.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
