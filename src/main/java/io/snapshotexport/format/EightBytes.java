package io.snapshotexport.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes of text at a time. What is found is a bit for each byte, its highest. The lowest bit that is set is always right;
 * those above it may be set for nothing, because differences borrow.
 */
final class EightBytes {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHEST = 0x80 * ONES;

    private EightBytes() {
    }

    static long get(byte[] text, int at) {
        return (long) LONGS.get(text, at);
    }

    static void put(byte[] text, int at, long eight) {
        LONGS.set(text, at, eight);
    }

    /** What there is of quotes and backslashes; 0 for none. */
    static long quotesAndBackslashes(long eight) {
        return zeros(eight ^ '"' * ONES) | zeros(eight ^ '\\' * ONES);
    }

    /** What there is of quotes, backslashes and control characters; 0 for none. */
    static long toEscape(long eight) {
        return quotesAndBackslashes(eight) | eight - ' ' * ONES & ~eight & HIGHEST;
    }

    /** Which of the bytes the lowest bit stands for, 0 to 7. */
    static int first(long found) {
        return Long.numberOfTrailingZeros(found) >> 3;
    }

    private static long zeros(long eight) {
        return eight - ONES & ~eight & HIGHEST;
    }
}
