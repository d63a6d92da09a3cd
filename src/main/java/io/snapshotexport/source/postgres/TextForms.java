package io.snapshotexport.source.postgres;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Built-in types whose values become their text, made of the binary form: the cast would cost the source as much as reading the value. By the
 * type's oid. They share a buffer: one instance belongs to one thread.
 */
final class TextForms {

    /** No text here is longer; the longest are ranges of timestamps and intervals. */
    private static final int LONGEST = 160;
    private static final int RANGE_EMPTY = 0x01;
    private static final int LOWER_INCLUSIVE = 0x02;
    private static final int UPPER_INCLUSIVE = 0x04;
    private static final int LOWER_INFINITE = 0x08;
    private static final int UPPER_INFINITE = 0x10;

    private final AsciiText text = new AsciiText(LONGEST);
    private final TimeForms times = new TimeForms(text);
    private final NetworkForms networks = new NetworkForms(text);

    /** Appends the text of a value. */
    @FunctionalInterface
    private interface Form {

        void append(byte[] row, int at, int size);
    }

    Map<Integer, ValueDecoder> decoders() {
        Map<Integer, Form> forms = new HashMap<>();
        forms.put(1083, (row, at, size) -> times.time(BigEndian.int64(row, at)));
        forms.put(1266, (row, at, size) -> times.timetz(BigEndian.int64(row, at), BigEndian.int32(row, at + 8)));
        forms.put(1186, (row, at, size) -> times.interval(BigEndian.int64(row, at), BigEndian.int32(row, at + 8), BigEndian.int32(row, at + 12)));
        // cidr, inet, macaddr and macaddr8
        forms.put(650, (row, at, size) -> networks.inet(row, at, true));
        forms.put(869, (row, at, size) -> networks.inet(row, at, false));
        forms.put(829, networks::macaddr);
        forms.put(774, networks::macaddr);
        // int4range, int8range, daterange, tsrange and tstzrange
        forms.put(3904, range((row, at, size) -> text.integer(BigEndian.int32(row, at))));
        forms.put(3926, range((row, at, size) -> text.integer(BigEndian.int64(row, at))));
        forms.put(3912, range((row, at, size) -> times.date(BigEndian.int32(row, at))));
        forms.put(3908, range((row, at, size) -> times.timestamp(BigEndian.int64(row, at), "")));
        forms.put(3910, range((row, at, size) -> times.timestamp(BigEndian.int64(row, at), "+00")));
        return forms.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, form -> decoder(form.getValue())));
    }

    private ValueDecoder decoder(Form form) {
        return (row, at, size, out) -> {
            text.clear();
            form.append(row, at, size);
            out.string(text.bytes(), 0, text.length());
        };
    }

    /** A byte that tells of the bounds, and those that are finite, each behind its length ({@code rangetypes.c}). */
    private Form range(Form bound) {
        return (row, from, size) -> {
            int flags = row[from];
            if ((flags & RANGE_EMPTY) != 0) {
                text.append("empty");
                return;
            }
            int at = from + 1;
            text.append((flags & LOWER_INCLUSIVE) != 0 ? '[' : '(');
            if ((flags & LOWER_INFINITE) == 0) {
                at = bound(row, at, bound);
            }
            text.append(',');
            if ((flags & UPPER_INFINITE) == 0) {
                bound(row, at, bound);
            }
            text.append((flags & UPPER_INCLUSIVE) != 0 ? ']' : ')');
        };
    }

    /** Nothing but spaces asks for quotes in these types. */
    private int bound(byte[] row, int at, Form bound) {
        int size = BigEndian.int32(row, at);
        int begin = text.length();
        bound.append(row, at + 4, size);
        text.quoteSpaces(begin);
        return at + 4 + size;
    }
}
