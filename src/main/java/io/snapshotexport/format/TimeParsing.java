package io.snapshotexport.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/**
 * Times and dates of the tagged format. A text that has the form of the output already, as those of an export have, is only checked;
 * others are parsed.
 */
final class TimeParsing {

    private static final int DATE_LENGTH = "2024-02-29".length();
    private static final int SECONDS_LENGTH = "2024-02-29T23:59:59".length();
    private static final int LONGEST_FRACTION = 9;

    private TimeParsing() {
    }

    /** Writes the instant, or returns false if the text is not one with its offset. */
    static boolean instant(byte[] text, int from, int to, ValueWriter out) throws IOException {
        if (isStandardInstant(text, from, to)) {
            out.time(text, from, to);
            return true;
        }
        try {
            out.time(OffsetDateTime.parse(string(text, from, to)).toInstant());
            return true;
        } catch (DateTimeException notATime) {
            return false;
        }
    }

    /** Writes the date, or returns false if the text is none. */
    static boolean date(byte[] text, int from, int to, ValueWriter out) throws IOException {
        if (to - from == DATE_LENGTH && isDate(text, from)) {
            out.date(text, from, to);
            return true;
        }
        try {
            out.date(LocalDate.parse(string(text, from, to)).toEpochDay());
            return true;
        } catch (DateTimeException notADate) {
            return false;
        }
    }

    private static boolean isStandardInstant(byte[] text, int from, int to) {
        int length = to - from;
        if (length <= SECONDS_LENGTH || text[to - 1] != 'Z' || !isDate(text, from)
                || text[from + 10] != 'T' || text[from + 13] != ':' || text[from + 16] != ':'
                || number(text, from + 11, 2) > 23 || number(text, from + 14, 2) > 59 || number(text, from + 17, 2) > 59) {
            return false;
        }
        if (length == SECONDS_LENGTH + 1) {
            return true;
        }
        int digits = length - SECONDS_LENGTH - 2;
        return text[from + SECONDS_LENGTH] == '.' && digits % 3 == 0 && digits > 0 && digits <= LONGEST_FRACTION
                && number(text, from + SECONDS_LENGTH + 1, digits) < Integer.MAX_VALUE && number(text, to - 4, 3) > 0;
    }

    private static boolean isDate(byte[] text, int from) {
        if (text[from + 4] != '-' || text[from + 7] != '-') {
            return false;
        }
        int year = number(text, from, 4);
        int month = number(text, from + 5, 2);
        int day = number(text, from + 8, 2);
        return year < Integer.MAX_VALUE && month >= 1 && month <= 12 && day >= 1
                && (day <= 28 || day <= LocalDate.of(year, month, 1).lengthOfMonth());
    }

    /** The number that the digits name; {@link Integer#MAX_VALUE} if others than digits are among them. */
    private static int number(byte[] text, int from, int length) {
        int value = 0;
        for (int i = from; i < from + length; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return Integer.MAX_VALUE;
            }
            value = value * 10 + text[i] - '0';
        }
        return value;
    }

    private static String string(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
