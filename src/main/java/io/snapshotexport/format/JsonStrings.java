package io.snapshotexport.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The strings of a JSON text in bytes. */
final class JsonStrings {

    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);
    private static final int ESCAPE_LENGTH = 6;
    private static final byte[] NOTHING = {};

    private JsonStrings() {
    }

    /** Just behind the closing quote of the string that begins at the place. */
    static int end(byte[] json, int from) {
        int at = plainEnd(json, from + 1);
        while (json[at] != '"') {
            at = plainEnd(json, at + 2);
        }
        return at + 1;
    }

    /** The next quote or backslash at or after a place in a string; there is one, because no string is without end. */
    static int plainEnd(byte[] json, int from) {
        int at = from;
        while (at <= json.length - Long.BYTES) {
            long found = EightBytes.quotesAndBackslashes(EightBytes.get(json, at));
            if (found != 0) {
                return at + EightBytes.first(found);
            }
            at += Long.BYTES;
        }
        while (json[at] != '"' && json[at] != '\\') {
            at++;
        }
        return at;
    }

    /** Whether the string begins with {@code @}, however that is written. */
    static boolean beginsWithAt(byte[] json, int from) {
        return json[from + 1] == '@' || json[from + 1] == '\\' && json[from + 2] == 'u' && unit(json, from + 1) == '@';
    }

    /** The first place from there on that is not white space. */
    static int space(byte[] json, int from) {
        int at = from;
        if (json[at] > ' ') {
            return at;
        }
        while (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t') {
            at++;
        }
        return at;
    }

    static boolean isReserved(byte[] json, int from, int to, boolean escaped) {
        if (escaped) {
            byte[] plain = plain(json, from, to);
            return ReservedNames.containsQuoted(plain, 0, plain.length);
        }
        return ReservedNames.containsQuoted(json, from, to);
    }

    /** Whether the string is {@code data}. */
    static boolean isData(byte[] json, int from, int to, boolean escaped) {
        if (escaped) {
            byte[] plain = plain(json, from, to);
            return ReservedNames.isData(plain, 0, plain.length);
        }
        return ReservedNames.isData(json, from, to);
    }

    /** The string without escapes, quotes included; what is longer than every reserved name could be, or has other characters, as nothing. */
    private static byte[] plain(byte[] json, int from, int to) {
        if (to - from > 2 + ReservedNames.LONGEST * ESCAPE_LENGTH) {
            return NOTHING;
        }
        byte[] plain = new byte[to - from];
        int length = 0;
        for (int at = from; at < to; ) {
            if (json[at] != '\\') {
                plain[length++] = json[at++];
            } else if (json[at + 1] == 'u' && unit(json, at) < 0x80) {
                plain[length++] = (byte) unit(json, at);
                at += ESCAPE_LENGTH;
            } else {
                return NOTHING;
            }
        }
        return Arrays.copyOf(plain, length);
    }

    /** Writes the string between the places, quotes included, in its standard form. */
    static void copy(byte[] json, int from, int to, boolean escaped, JsonOutput out) throws IOException {
        if (escaped) {
            copy(json, from, out);
        } else {
            out.raw(json, from, to);
        }
    }

    /** Writes the string that begins at the place, quotes included, in its standard form, and returns where it ends. */
    static int copy(byte[] json, int from, JsonOutput out) throws IOException {
        out.raw('"');
        int at = from + 1;
        while (true) {
            at = out.jsonString(json, at);
            if (json[at] == '"') {
                out.raw('"');
                return at + 1;
            }
            byte escaped = json[at + 1];
            if (escaped == 'u') {
                at = unicode(json, at, out);
            } else {
                if (escaped != '/') {
                    out.raw('\\');
                }
                out.raw(escaped);
                at += 2;
            }
        }
    }

    private static int unicode(byte[] json, int at, JsonOutput out) throws IOException {
        int unit = unit(json, at);
        int end = at + ESCAPE_LENGTH;
        if (unit < 0x80) {
            out.escapedAscii(unit);
        } else if (unit < 0x800) {
            out.raw(0xc0 | unit >> 6);
            out.raw(0x80 | unit & 0x3f);
        } else if (!Character.isSurrogate((char) unit)) {
            out.raw(0xe0 | unit >> 12);
            out.raw(0x80 | unit >> 6 & 0x3f);
            out.raw(0x80 | unit & 0x3f);
        } else if (Character.isHighSurrogate((char) unit) && json[end] == '\\' && json[end + 1] == 'u'
                && Character.isLowSurrogate((char) unit(json, end))) {
            int point = Character.toCodePoint((char) unit, (char) unit(json, end));
            end += ESCAPE_LENGTH;
            out.raw(0xf0 | point >> 18);
            out.raw(0x80 | point >> 12 & 0x3f);
            out.raw(0x80 | point >> 6 & 0x3f);
            out.raw(0x80 | point & 0x3f);
        } else {
            // Half a pair has no UTF-8.
            out.raw(REPLACEMENT);
        }
        return end;
    }

    private static int unit(byte[] json, int at) {
        int unit = 0;
        for (int i = at + 2; i < at + ESCAPE_LENGTH; i++) {
            unit = unit << 4 | Character.digit(json[i], 16);
        }
        return unit;
    }
}
