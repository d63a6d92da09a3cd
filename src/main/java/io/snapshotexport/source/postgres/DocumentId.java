package io.snapshotexport.source.postgres;

import io.snapshotexport.format.JsonOutput;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A primary key as the text of a document's id. A key of one column is that column's text. The parts of a composite key are joined
 * by {@code :} in the key's order; inside a part {@code %} becomes {@code %25} and {@code :} becomes {@code %3A}, so that two
 * keys never meet.
 */
final class DocumentId {

    private static final int INT8 = 20;
    private static final int INT2 = 21;
    private static final int INT4 = 23;
    private static final int TEXT = 25;
    private static final int VARCHAR = 1043;
    private static final int UUID = 2950;
    private static final byte[] PERCENT = {'%', '2', '5'};
    private static final byte[] COLON = {'%', '3', 'A'};

    private final List<String> selected = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private final boolean composite;
    private final BinaryDecoders decoders;

    @FunctionalInterface
    private interface Part {

        void write(byte[] row, int at, int length, JsonOutput out) throws IOException;
    }

    DocumentId(List<Table.Column> key, ColumnTypes types, BinaryDecoders decoders) throws SQLException {
        this.composite = key.size() > 1;
        this.decoders = decoders;
        for (Table.Column column : key) {
            add("t." + Identifiers.quoted(column.name()), column.type(), types);
        }
    }

    private void add(String sql, int type, ColumnTypes types) throws SQLException {
        int base = types.base(type);
        Part part = switch (base) {
            case INT2 -> (row, at, length, out) -> out.integer(BigEndian.int16(row, at));
            case INT4 -> (row, at, length, out) -> out.integer(BigEndian.int32(row, at));
            case INT8 -> (row, at, length, out) -> out.integer(BigEndian.int64(row, at));
            case UUID -> (row, at, length, out) -> {
                byte[] text = decoders.uuid(row, at);
                out.raw(text);
            };
            default -> (row, at, length, out) -> text(row, at, at + length, out);
        };
        boolean asText = switch (base) {
            case INT2, INT4, INT8, UUID, TEXT, VARCHAR -> false;
            default -> !types.isEnum(base);
        };
        parts.add(part);
        selected.add(asText ? types.text(sql, type) : sql);
    }

    private void text(byte[] row, int from, int to, JsonOutput out) throws IOException {
        int run = from;
        if (composite) {
            for (int i = from; i < to; i++) {
                if (row[i] == '%' || row[i] == ':') {
                    out.escaped(row, run, i);
                    out.raw(row[i] == '%' ? PERCENT : COLON);
                    run = i + 1;
                }
            }
        }
        out.escaped(row, run, to);
    }

    List<String> selected() {
        return selected;
    }

    /** Writes the inside of the id's string, and returns where the fields behind the key begin. */
    int write(byte[] row, int from, JsonOutput out) throws IOException {
        int at = from;
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                out.raw(':');
            }
            int length = BigEndian.int32(row, at);
            parts.get(i).write(row, at + 4, length, out);
            at += 4 + length;
        }
        return at;
    }
}
