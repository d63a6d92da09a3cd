package io.snapshotexport.format;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/** The base64 text of Bytes in the tagged format: the standard alphabet (RFC 4648, section 4), with padding or without. */
final class Base64Text {

    private static final boolean[] ALPHABET = new boolean[128];

    static {
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray()) {
            ALPHABET[c] = true;
        }
    }

    private Base64Text() {
    }

    /** Writes the bytes with padding, or returns false if the text is no base64. */
    static boolean write(byte[] text, int from, int to, ValueWriter out) throws IOException {
        int last = from + Math.max(0, (to - from - 1) / 4 * 4);
        for (int i = from; i < last; i++) {
            if (text[i] < 0 || !ALPHABET[text[i]]) {
                return false;
            }
        }
        byte[] end;
        try {
            end = Base64.getEncoder().encode(Base64.getDecoder().decode(Arrays.copyOfRange(text, last, to)));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        out.base64(text, from, last, end);
        return true;
    }
}
