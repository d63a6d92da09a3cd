package io.snapshotexport.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The fields that every document has of its own. A user's field of that name goes into the field {@code data}. */
public final class ReservedNames {

    private static final List<byte[]> QUOTED = List.of(quoted("id"), quoted("coll"), quoted("ts"), quoted("ttl"), quoted("data"));
    private static final byte[] DATA = quoted("data");
    private static final int LONGEST_QUOTED = quoted("coll").length;
    /** In characters. */
    static final int LONGEST = LONGEST_QUOTED - 2;

    private ReservedNames() {
    }

    public static boolean contains(String name) {
        byte[] quoted = quoted(name);
        return containsQuoted(quoted, 0, quoted.length);
    }

    /** Whether the JSON string, quotes included and without escapes, is one of them. */
    static boolean containsQuoted(byte[] json, int from, int to) {
        if (to - from > LONGEST_QUOTED) {
            return false;
        }
        for (byte[] name : QUOTED) {
            if (Arrays.equals(json, from, to, name, 0, name.length)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the JSON string, quotes included, is {@code data}. */
    static boolean isData(byte[] json, int from, int to) {
        return Arrays.equals(json, from, to, DATA, 0, DATA.length);
    }

    private static byte[] quoted(String name) {
        return ('"' + name + '"').getBytes(StandardCharsets.UTF_8);
    }
}
