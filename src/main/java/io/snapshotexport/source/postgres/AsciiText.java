package io.snapshotexport.source.postgres;

import java.nio.charset.StandardCharsets;

/** A short text in ASCII that is put together again and again. Not thread-safe. */
final class AsciiText {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private int length;

    /** @param longest bytes of the longest text */
    AsciiText(int longest) {
        this.bytes = new byte[longest];
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void append(char ascii) {
        bytes[length++] = (byte) ascii;
    }

    void append(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            append(ascii.charAt(i));
        }
    }

    void integer(long value) {
        if (value < 0) {
            append('-');
        }
        digits(value, 1);
    }

    /** The number without its sign, with zeros before it up to that many digits. */
    void digits(long value, int least) {
        int from = length;
        long rest = value;
        do {
            bytes[length++] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0 || length - from < least);
        for (int left = from, right = length - 1; left < right; left++, right--) {
            byte digit = bytes[left];
            bytes[left] = bytes[right];
            bytes[right] = digit;
        }
    }

    /** Both digits of a byte. */
    void hex(int value) {
        bytes[length++] = HEX[value >> 4 & 0xf];
        bytes[length++] = HEX[value & 0xf];
    }

    /** Of 16 bits, without zeros before it. */
    void shortHex(int value) {
        boolean begun = false;
        for (int shift = 12; shift >= 0; shift -= 4) {
            int digit = value >> shift & 0xf;
            if (digit != 0 || begun || shift == 0) {
                bytes[length++] = HEX[digit];
                begun = true;
            }
        }
    }

    void dropTrailingZeros() {
        while (bytes[length - 1] == '0') {
            length--;
        }
    }

    /** Puts what has been appended since then between quotes, if there is a space in it. */
    void quoteSpaces(int from) {
        for (int i = from; i < length; i++) {
            if (bytes[i] == ' ') {
                System.arraycopy(bytes, from, bytes, from + 1, length - from);
                bytes[from] = '"';
                length++;
                append('"');
                return;
            }
        }
    }
}
