package io.snapshotexport.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * JSON bytes on their way into a stream, through one buffer of fixed size. Whatever the stream throws comes out unchanged; after
 * that the output must not be used again. Not thread-safe. It never closes a stream.
 */
public final class JsonOutput {

    private static final int CAPACITY = 64 * 1024;
    /** Copies of up to so many bytes are done sooner here than by a call. */
    private static final int SHORT = 4 * Long.BYTES;
    /** The longest decimal form of a long, with its sign. */
    private static final int LONG_DIGITS = 20;
    /** What is copied eight bytes at a time may end in the middle of eight; the next bytes come over the rest. */
    private final byte[] buffer = new byte[CAPACITY + Long.BYTES];
    private OutputStream target;
    private int used;
    private long flushed;

    public JsonOutput(OutputStream target) {
        this.target = target;
    }

    /** Writes what is buffered to the present stream, and everything from here on to the next one. */
    public void target(OutputStream next) throws IOException {
        flush();
        target = next;
        flushed = 0;
    }

    /** How many bytes have come since the present target was set, those in the buffer included. */
    public long written() {
        return flushed + used;
    }

    /** Hands the buffered bytes to the stream, without flushing the stream itself. */
    public void flush() throws IOException {
        if (used > 0) {
            target.write(buffer, 0, used);
            flushed += used;
            used = 0;
        }
    }

    /** One byte as it is. */
    public void raw(int value) throws IOException {
        if (used == CAPACITY) {
            flush();
        }
        buffer[used++] = (byte) value;
    }

    public void raw(byte[] bytes) throws IOException {
        raw(bytes, 0, bytes.length);
    }

    /** The bytes from {@code from} to before {@code to} as they are. */
    public void raw(byte[] bytes, int from, int to) throws IOException {
        int length = to - from;
        if (length > CAPACITY - used) {
            flush();
            if (length > CAPACITY) {
                target.write(bytes, from, length);
                flushed += length;
                return;
            }
        }
        if (length <= Long.BYTES && from <= bytes.length - Long.BYTES) {
            EightBytes.put(buffer, used, EightBytes.get(bytes, from));
        } else if (length >= Long.BYTES && length <= SHORT) {
            for (int i = 0; i < length - Long.BYTES; i += Long.BYTES) {
                EightBytes.put(buffer, used + i, EightBytes.get(bytes, from + i));
            }
            // The last eight, of which some may have been copied already.
            EightBytes.put(buffer, used + length - Long.BYTES, EightBytes.get(bytes, to - Long.BYTES));
        } else {
            System.arraycopy(bytes, from, buffer, used, length);
        }
        used += length;
    }

    /** A text of ASCII characters as it is. */
    public void ascii(String text) throws IOException {
        int length = text.length();
        if (length > CAPACITY - used) {
            flush();
        }
        for (int i = 0; i < length; i++) {
            raw(text.charAt(i));
        }
    }

    /** The decimal digits of the number. */
    public void integer(long value) throws IOException {
        if (value == Long.MIN_VALUE) {
            ascii("-9223372036854775808");
            return;
        }
        if (CAPACITY - used < LONG_DIGITS) {
            flush();
        }
        long rest = value;
        if (rest < 0) {
            buffer[used++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long limit = 10; digits < 19 && rest >= limit; limit *= 10) {
            digits++;
        }
        int at = used + digits;
        used = at;
        while (rest >= 100) {
            long quotient = rest / 100;
            at -= 2;
            twoDigits(at, (int) (rest - quotient * 100));
            rest = quotient;
        }
        if (rest >= 10) {
            twoDigits(at - 2, (int) rest);
        } else {
            buffer[at - 1] = (byte) ('0' + rest);
        }
    }

    /** The number with leading zeros to the given width, at most nine digits. */
    void padded(int value, int width) throws IOException {
        if (CAPACITY - used < width) {
            flush();
        }
        int rest = value;
        int at = used + width;
        while (at - used > 1) {
            at -= 2;
            twoDigits(at, rest % 100);
            rest /= 100;
        }
        if (at > used) {
            buffer[used] = (byte) ('0' + rest);
        }
        used += width;
    }

    /** Eight places: three numbers of two digits, with something in between. */
    void digits(int first, int second, int third, char between) throws IOException {
        if (CAPACITY - used < 8) {
            flush();
        }
        int at = used;
        twoDigits(at, first);
        buffer[at + 2] = (byte) between;
        twoDigits(at + 3, second);
        buffer[at + 5] = (byte) between;
        twoDigits(at + 6, third);
        used = at + 8;
    }

    /** The number with two digits, such as a month. */
    void twoDigits(int value) throws IOException {
        if (CAPACITY - used < 2) {
            flush();
        }
        twoDigits(used, value);
        used += 2;
    }

    private void twoDigits(int at, int value) {
        buffer[at] = CharacterTables.DIGIT_PAIRS[2 * value];
        buffer[at + 1] = CharacterTables.DIGIT_PAIRS[2 * value + 1];
    }

    /** A JSON string of the UTF-8 text. */
    public void string(byte[] utf8, int from, int to) throws IOException {
        raw('"');
        escaped(utf8, from, to);
        raw('"');
    }

    public void string(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        string(utf8, 0, utf8.length);
    }

    /** The UTF-8 text as the inside of a JSON string: only what must be escaped is. */
    public void escaped(byte[] utf8, int from, int to) throws IOException {
        int at = plain(utf8, from, to);
        while (at < to) {
            escape(utf8[at], CharacterTables.ESCAPES[utf8[at] & 0xff]);
            at = plain(utf8, at + 1, to);
        }
    }

    /** Copies what needs no escape, and returns where that ends. */
    private int plain(byte[] utf8, int from, int to) throws IOException {
        int at = from;
        while (at <= to - Long.BYTES) {
            if (used > CAPACITY - Long.BYTES) {
                flush();
            }
            long eight = EightBytes.get(utf8, at);
            EightBytes.put(buffer, used, eight);
            long found = EightBytes.toEscape(eight);
            if (found != 0) {
                int before = EightBytes.first(found);
                used += before;
                return at + before;
            }
            used += Long.BYTES;
            at += Long.BYTES;
        }
        return plainTail(utf8, at, to);
    }

    /** As {@link #plain}, for less than eight bytes. */
    private int plainTail(byte[] utf8, int from, int to) throws IOException {
        if (used > CAPACITY - Long.BYTES) {
            flush();
        }
        int before = to - from;
        if (from <= utf8.length - Long.BYTES) {
            long eight = EightBytes.get(utf8, from);
            EightBytes.put(buffer, used, eight);
            long found = EightBytes.toEscape(eight);
            before = found == 0 ? before : Math.min(before, EightBytes.first(found));
        } else {
            for (int i = 0; i < before; i++) {
                byte next = utf8[from + i];
                if (CharacterTables.ESCAPES[next & 0xff] != 0) {
                    before = i;
                } else {
                    buffer[used + i] = next;
                }
            }
        }
        used += before;
        return from + before;
    }

    /** Copies from a JSON string up to its next quote or backslash, which there is, and returns where that stands. */
    int jsonString(byte[] json, int from) throws IOException {
        int at = from;
        while (at <= json.length - Long.BYTES) {
            if (used > CAPACITY - Long.BYTES) {
                flush();
            }
            long eight = EightBytes.get(json, at);
            EightBytes.put(buffer, used, eight);
            long found = EightBytes.quotesAndBackslashes(eight);
            if (found != 0) {
                int before = EightBytes.first(found);
                used += before;
                return at + before;
            }
            used += Long.BYTES;
            at += Long.BYTES;
        }
        while (json[at] != '"' && json[at] != '\\') {
            raw(json[at++]);
        }
        return at;
    }

    /** One character below U+0080 as the inside of a JSON string. */
    void escapedAscii(int character) throws IOException {
        byte escape = CharacterTables.ESCAPES[character];
        if (escape == 0) {
            raw(character);
        } else {
            escape(character, escape);
        }
    }

    private void escape(int character, byte escape) throws IOException {
        raw('\\');
        raw(escape);
        if (escape == 'u') {
            raw('0');
            raw('0');
            raw(CharacterTables.HEX[character >> 4]);
            raw(CharacterTables.HEX[character & 0xf]);
        }
    }
}
