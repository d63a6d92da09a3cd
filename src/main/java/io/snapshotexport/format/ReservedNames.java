package io.snapshotexport.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The fields that every document has of its own. A user's field of that name goes into the field {@code data}. */
public final class ReservedNames {

    private static final List<byte[]> QUOTED = List.of(quoted("id"), quoted("coll"), quoted("ts"), quoted("ttl"), quoted("data"));

    private ReservedNames() {
    }

    public static boolean contains(String name) {
        byte[] quoted = quoted(name);
        return containsQuoted(quoted, 0, quoted.length);
    }

    /** Whether the JSON string, quotes included and without escapes, is one of them. */
    static boolean containsQuoted(byte[] json, int from, int to) {
        for (byte[] name : QUOTED) {
            if (Arrays.equals(json, from, to, name, 0, name.length)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] quoted(String name) {
        return ('"' + name + '"').getBytes(StandardCharsets.UTF_8);
    }
}
