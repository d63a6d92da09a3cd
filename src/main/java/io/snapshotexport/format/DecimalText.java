package io.snapshotexport.format;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** Decimal numbers to Int, Long, Double or String; the rule stands at {@link ValueWriter#decimal}. */
final class DecimalText {

    /** Every long has at most so many digits that no overflow needs to be looked for. */
    private static final int SAFE_LONG_DIGITS = 18;
    private static final int MAX_LONG_LENGTH = 20;
    /** Two decimals with so many significant digits are never the same double, so its shortest text is those digits. */
    private static final int UNIQUE_DIGITS = 15;
    /** So long is a fraction given as a number; with {@link #FIRST_WITH_EXPONENT} that is never more than {@link #UNIQUE_DIGITS}. */
    private static final int FRACTION_DIGITS = 8;
    /** From here on {@link Double#toString(double)} has an exponent. */
    private static final int FIRST_WITH_EXPONENT = 10_000_000;
    /** 0.001, in the digits of a fraction. */
    private static final int FIRST_WITHOUT_EXPONENT = 100_000;
    /** Inside the range of normal doubles, where that holds. */
    private static final int UNIQUE_EXPONENT = 300;
    /** No double has more significant decimal digits than 767. */
    private static final int MAX_DOUBLE_DIGITS = 800;

    private DecimalText() {
    }

    /** Where the number ends that begins at the place, in a JSON text. */
    static int end(byte[] json, int from, int to) {
        int at = from;
        while (at < to && (isDigit(json[at]) || json[at] == '-' || json[at] == '+' || json[at] == '.' || (json[at] | 0x20) == 'e')) {
            at++;
        }
        if (at == from) {
            throw new IllegalArgumentException("not JSON at byte " + from);
        }
        return at;
    }

    static void write(byte[] text, int from, int to, ValueWriter out) throws IOException {
        boolean negative = text[from] == '-';
        int start = negative ? from + 1 : from;
        int digitsEnd = start;
        while (digitsEnd < to && isDigit(text[digitsEnd])) {
            digitsEnd++;
        }
        if (digitsEnd == to) {
            if (to - start <= SAFE_LONG_DIGITS) {
                long value = 0;
                for (int i = start; i < to; i++) {
                    value = value * 10 + text[i] - '0';
                }
                out.integer(negative ? -value : value);
                return;
            }
            if (to - from <= MAX_LONG_LENGTH && writeLong(text, from, to, out)) {
                return;
            }
        }
        int digits = writeUnique(text, from, start, to, out);
        if (digits > MAX_DOUBLE_DIGITS) {
            out.string(text, from, to);
        } else if (digits > 0) {
            writeWhereExact(text, from, to, out);
        }
    }

    /** @see ValueWriter#decimal(boolean, int, int, int) */
    static boolean write(boolean negative, int integer, int fraction, int scale, ValueWriter out) throws IOException {
        if (scale == 0) {
            out.integer(negative ? -integer : integer);
            return true;
        }
        if (integer >= FIRST_WITH_EXPONENT || integer == 0 && fraction < FIRST_WITHOUT_EXPONENT && fraction > 0) {
            return false;
        }
        int digits = FRACTION_DIGITS;
        int rest = fraction;
        while (digits > 1 && rest % 10 == 0) {
            rest /= 10;
            digits--;
        }
        out.beginReal(true);
        if (negative) {
            out.output().raw('-');
        }
        out.output().integer(integer);
        out.output().raw('.');
        out.output().padded(rest, digits);
        out.endReal(true);
        return true;
    }

    /** Writes the double that is nearest to the number, or returns false if there is none, because the number is too large. */
    static boolean writeNearest(byte[] text, int from, int to, ValueWriter out) throws IOException {
        if (writeUnique(text, from, text[from] == '-' ? from + 1 : from, to, out) > 0) {
            double value = Double.parseDouble(string(text, from, to));
            if (Double.isInfinite(value)) {
                return false;
            }
            out.real(value);
        }
        return true;
    }

    private static boolean writeLong(byte[] text, int from, int to, ValueWriter out) throws IOException {
        long value;
        try {
            value = Long.parseLong(string(text, from, to));
        } catch (NumberFormatException beyond64Bits) {
            return false;
        }
        out.integer(value);
        return true;
    }

    /**
     * Writes the number where its digits are those of a double's own text without doubt.
     *
     * @return 0, or the number of significant digits if nothing was written
     */
    private static int writeUnique(byte[] text, int from, int start, int to, ValueWriter out) throws IOException {
        int first = -1;
        int last = -1;
        int point = -1;
        int mantissaEnd = start;
        for (; mantissaEnd < to && (text[mantissaEnd] | 0x20) != 'e'; mantissaEnd++) {
            byte c = text[mantissaEnd];
            if (c == '.') {
                point = mantissaEnd;
            } else if (c != '0') {
                first = first < 0 ? mantissaEnd : first;
                last = mantissaEnd;
            }
        }
        if (first < 0) {
            out.real(start > from ? -0.0 : 0.0);
            return 0;
        }
        int digits = last - first + 1 - (point > first && point < last ? 1 : 0);
        int pointAt = point < 0 ? mantissaEnd : point;
        long exponent = exponent(text, mantissaEnd, to) + (first < pointAt ? pointAt - first - 1 : pointAt - first);
        if (digits <= UNIQUE_DIGITS && Math.abs(exponent) <= UNIQUE_EXPONENT) {
            out.beginReal(true);
            if (mantissaEnd == to && point > start && isPlain(exponent) && (text[start] != '0' || point == start + 1)) {
                // As it stands, but for zeros at the end.
                out.output().raw(text, from, Math.max(last, point + 1) + 1);
            } else {
                if (start > from) {
                    out.output().raw('-');
                }
                shortest(text, first, last, (int) exponent, out.output());
            }
            out.endReal(true);
            return 0;
        }
        return digits;
    }

    /** Saturates far beyond the range of a double. */
    private static long exponent(byte[] text, int from, int to) {
        if (from >= to) {
            return 0;
        }
        boolean negative = text[from + 1] == '-';
        long value = 0;
        for (int i = from + 1; i < to; i++) {
            if (isDigit(text[i])) {
                value = Math.min(value * 10 + text[i] - '0', Integer.MAX_VALUE);
            }
        }
        return negative ? -value : value;
    }

    /** Whether {@link Double#toString(double)} writes such numbers without exponent. */
    private static boolean isPlain(long exponent) {
        return exponent >= -3 && exponent < 7;
    }

    /** The digits in the form of {@link Double#toString(double)}. */
    private static void shortest(byte[] text, int first, int last, int exponent, JsonOutput out) throws IOException {
        boolean plain = isPlain(exponent);
        int integerDigits = plain ? exponent + 1 : 1;
        if (integerDigits <= 0) {
            out.ascii("0.");
            for (int zeros = integerDigits; zeros < 0; zeros++) {
                out.raw('0');
            }
        }
        int written = 0;
        for (int i = first; i <= last; i++) {
            if (text[i] != '.') {
                if (written == integerDigits && written > 0) {
                    out.raw('.');
                }
                out.raw(text[i]);
                written++;
            }
        }
        for (; written < integerDigits; written++) {
            out.raw('0');
        }
        if (written == integerDigits) {
            out.ascii(".0");
        }
        if (!plain) {
            out.raw('E');
            out.integer(exponent);
        }
    }

    private static void writeWhereExact(byte[] text, int from, int to, ValueWriter out) throws IOException {
        String decimal = string(text, from, to);
        double value = Double.parseDouble(decimal);
        if (Double.isFinite(value) && names(value, decimal)) {
            out.real(value);
        } else {
            out.string(text, from, to);
        }
    }

    private static boolean names(double value, String decimal) {
        try {
            BigDecimal exact = new BigDecimal(decimal);
            return new BigDecimal(DoubleText.of(value)).compareTo(exact) == 0 || new BigDecimal(value).compareTo(exact) == 0;
        } catch (NumberFormatException exponentBeyond32Bits) {
            return false;
        }
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static String string(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
