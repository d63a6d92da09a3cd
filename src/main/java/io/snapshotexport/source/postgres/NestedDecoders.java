package io.snapshotexport.source.postgres;

import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.format.ValueWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Decoders of values that hold values: arrays of any number of dimensions, and composite values. */
final class NestedDecoders {

    private static final int ARRAY_HEADER = 12;
    private static final int DIMENSION = 8;

    private NestedDecoders() {
    }

    /** An Array of Arrays for each further dimension; NULL elements stay. */
    static ValueDecoder array(ValueDecoder element) {
        return (row, at, length, out) -> {
            int dimensions = BigEndian.int32(row, at);
            if (dimensions == 0) {
                out.output().raw('[');
                out.output().raw(']');
            } else {
                dimension(row, at + ARRAY_HEADER, dimensions, at + ARRAY_HEADER + dimensions * DIMENSION, element, out);
            }
        };
    }

    /** @return where the elements of this dimension end */
    private static int dimension(byte[] row, int sizes, int dimensions, int from, ValueDecoder element, ValueWriter out)
            throws IOException {
        int size = BigEndian.int32(row, sizes);
        int at = from;
        out.output().raw('[');
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                out.output().raw(',');
            }
            if (dimensions > 1) {
                at = dimension(row, sizes + DIMENSION, dimensions - 1, at, element, out);
                continue;
            }
            int length = BigEndian.int32(row, at);
            at += 4;
            if (length < 0) {
                out.nothing();
            } else {
                element.decode(row, at, length, out);
                at += length;
            }
        }
        out.output().raw(']');
        return at;
    }

    /** An Object with the attributes that are not NULL. */
    static ValueDecoder composite(List<String> names, List<ValueDecoder> attributes) {
        byte[][] keys = names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        boolean mayHaveAtKey = names.stream().anyMatch(name -> name.startsWith("@"));
        return (row, from, size, out) -> {
            if (BigEndian.int32(row, from) != keys.length) {
                // A snapshot does not reach values' types: its lock is on the table.
                throw new TransientExportException("A composite type has got or lost an attribute since the snapshot was taken.", null);
            }
            boolean hasAtKey = mayHaveAtKey && hasAtKey(row, from, names, attributes);
            out.beginObject(hasAtKey);
            boolean first = true;
            int at = from + 4;
            for (int i = 0; i < keys.length; i++) {
                int length = BigEndian.int32(row, at + 4);
                at += 8;
                if (length >= 0 && !JsonDecoder.isNull(attributes.get(i), row, at)) {
                    if (!first) {
                        out.output().raw(',');
                    }
                    first = false;
                    out.output().string(keys[i], 0, keys[i].length);
                    out.output().raw(':');
                    attributes.get(i).decode(row, at, length, out);
                }
                at += Math.max(length, 0);
            }
            out.endObject(hasAtKey);
        };
    }

    private static boolean hasAtKey(byte[] row, int from, List<String> names, List<ValueDecoder> attributes) {
        int at = from + 4;
        for (int i = 0; i < names.size(); i++) {
            int length = BigEndian.int32(row, at + 4);
            if (length >= 0 && names.get(i).startsWith("@") && !JsonDecoder.isNull(attributes.get(i), row, at + 8)) {
                return true;
            }
            at += 8 + Math.max(length, 0);
        }
        return false;
    }
}
