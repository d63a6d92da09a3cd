package io.snapshotexport.format;

import java.util.Arrays;

/**
 * Which objects of a JSON text have a key that begins with {@code @} and is not null. Found beforehand, in one pass, because the
 * wrapper that such an object needs comes before its first key.
 */
final class AtKeys {

    private long[] bits = new long[4];
    private int[] open = new int[64];

    /** @return false if no object has such a key; then {@link #has} must not be asked */
    boolean find(byte[] json, int from, int to) {
        if (!maybeAny(json, from, to)) {
            return false;
        }
        Arrays.fill(bits, 0);
        int objects = 0;
        int depth = 0;
        int at = from;
        boolean any = false;
        while (at < to) {
            switch (json[at]) {
                case '{' -> {
                    push(depth++, objects++);
                    at++;
                }
                case '[' -> {
                    push(depth++, -1);
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                case '"' -> {
                    int end = JsonStrings.end(json, at);
                    if (JsonStrings.beginsWithAt(json, at) && isKeyOfValue(json, end, to)) {
                        mark(open[depth - 1]);
                        any = true;
                    }
                    at = end;
                }
                default -> at++;
            }
        }
        return any;
    }

    /** Whether the object has such a key; objects are counted from 0 in the order in which they begin. */
    boolean has(int object) {
        return object >> 6 < bits.length && (bits[object >> 6] & 1L << object) != 0;
    }

    /** A string that begins with {@code @} or with an escape, which most documents do not have. */
    private static boolean maybeAny(byte[] json, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if ((json[i] == '@' || json[i] == '\\') && json[i - 1] == '"') {
                return true;
            }
        }
        return false;
    }

    /** A string is a key where a colon follows. */
    private static boolean isKeyOfValue(byte[] json, int end, int to) {
        int at = space(json, end, to);
        return at < to && json[at] == ':' && json[space(json, at + 1, to)] != 'n';
    }

    private static int space(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] <= ' ') {
            at++;
        }
        return at;
    }

    private void push(int depth, int object) {
        if (depth == open.length) {
            open = Arrays.copyOf(open, depth * 2);
        }
        open[depth] = object;
    }

    private void mark(int object) {
        int word = object >> 6;
        if (word >= bits.length) {
            bits = Arrays.copyOf(bits, Math.max(word + 1, bits.length * 2));
        }
        bits[word] |= 1L << object;
    }
}
