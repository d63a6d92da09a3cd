package io.snapshotexport.format;

import java.io.IOException;

/** The text of a UUID in the tagged format. */
final class UuidText {

    private static final int LENGTH = 36;

    private UuidText() {
    }

    /** Writes the UUID in lower case, or returns false if the text is none. */
    static boolean write(byte[] text, int from, int to, ValueWriter out) throws IOException {
        if (to - from != LENGTH) {
            return false;
        }
        byte[] lower = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            byte c = text[from + i];
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0) {
                return false;
            }
            lower[i] = (byte) Character.toLowerCase(c);
        }
        out.uuid(lower);
        return true;
    }
}
