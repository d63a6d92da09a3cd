package io.snapshotexport.format;

import java.nio.charset.StandardCharsets;

/** What is looked up for each byte or number instead of being worked out. */
final class CharacterTables {

    static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** For each byte what follows the backslash: 0 for none needed, {@code u} for the form of four hex digits. */
    static final byte[] ESCAPES = escapes();
    /** The two digits of each number below 100, one number after the other. */
    static final byte[] DIGIT_PAIRS = digitPairs();

    private CharacterTables() {
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[256];
        for (int control = 0; control < 0x20; control++) {
            escapes[control] = 'u';
        }
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        return escapes;
    }

    private static byte[] digitPairs() {
        byte[] pairs = new byte[200];
        for (int i = 0; i < 100; i++) {
            pairs[2 * i] = (byte) ('0' + i / 10);
            pairs[2 * i + 1] = (byte) ('0' + i % 10);
        }
        return pairs;
    }
}
