package io.snapshotexport.source.postgres;

import io.snapshotexport.format.ValueWriter;
import java.io.IOException;

/**
 * Numerics in binary form: number of digits, weight of the first one, sign, digits behind the point, and the digits, each of base
 * 10,000 (PostgreSQL's source, {@code numeric_send}). Reuses one buffer. Not thread-safe.
 */
final class NumericText implements ValueDecoder {

    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int INFINITY = 0xD000;
    private static final int NEGATIVE_INFINITY = 0xF000;
    private static final int HEADER = 8;
    private static final int GROUP = 4;
    private static final int GROUP_BASE = 10_000;

    private byte[] text = new byte[64];
    private int length;

    @Override
    public void decode(byte[] row, int at, int size, ValueWriter out) throws IOException {
        int sign = BigEndian.int16(row, at + 4) & 0xffff;
        switch (sign) {
            case NAN -> out.real(Double.NaN);
            case INFINITY -> out.real(Double.POSITIVE_INFINITY);
            case NEGATIVE_INFINITY -> out.real(Double.NEGATIVE_INFINITY);
            default -> {
                if (!writeShort(row, at, sign == NEGATIVE, out)) {
                    render(row, at, sign);
                    out.decimal(text, 0, length);
                }
            }
        }
    }

    /** Most numbers have at most eight digits before the point and eight behind it. */
    private static boolean writeShort(byte[] row, int at, boolean negative, ValueWriter out) throws IOException {
        int weight = BigEndian.int16(row, at + 2);
        int scale = BigEndian.int16(row, at + 6);
        if (weight < -1 || weight > 1 || scale > 2 * GROUP) {
            return false;
        }
        int groups = groups(row, at);
        int integer = 0;
        for (int group = 0; group <= weight; group++) {
            integer = integer * GROUP_BASE + group(row, at, group, groups);
        }
        int fraction = group(row, at, weight + 1, groups) * GROUP_BASE + group(row, at, weight + 2, groups);
        return out.decimal(negative, integer, fraction, scale);
    }

    /** Without a sign: a number of the greatest length has more than 32,767. */
    private static int groups(byte[] row, int at) {
        return BigEndian.int16(row, at) & 0xffff;
    }

    private static int group(byte[] row, int at, int group, int groups) {
        return group < groups ? BigEndian.int16(row, at + HEADER + 2 * group) : 0;
    }

    private void render(byte[] row, int at, int sign) {
        int groups = groups(row, at);
        int weight = BigEndian.int16(row, at + 2);
        int scale = BigEndian.int16(row, at + 6);
        int capacity = (Math.max(weight, 0) + 2) * GROUP + scale + 2 * GROUP;
        if (capacity > text.length) {
            text = new byte[capacity];
        }
        length = 0;
        if (sign == NEGATIVE) {
            text[length++] = '-';
        }
        int integerFrom = length;
        for (int group = 0; group <= weight; group++) {
            append(group(row, at, group, groups));
        }
        dropLeadingZeros(integerFrom);
        if (scale > 0) {
            text[length++] = '.';
            int end = length + scale;
            for (int group = weight + 1; length < end; group++) {
                append(group >= 0 ? group(row, at, group, groups) : 0);
            }
            length = end;
        }
    }

    private void append(int group) {
        int rest = group;
        for (int i = length + GROUP - 1; i >= length; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += GROUP;
    }

    private void dropLeadingZeros(int from) {
        if (length == from) {
            text[length++] = '0';
            return;
        }
        int first = from;
        while (first < length - 1 && text[first] == '0') {
            first++;
        }
        System.arraycopy(text, first, text, from, length - first);
        length -= first - from;
    }
}
