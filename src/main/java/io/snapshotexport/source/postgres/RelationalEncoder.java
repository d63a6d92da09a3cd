package io.snapshotexport.source.postgres;

import io.snapshotexport.format.JsonOutput;
import io.snapshotexport.format.ReservedNames;
import io.snapshotexport.format.ValueWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of an ordinary table: each column that is not NULL is a field. {@code ts} is when the snapshot was taken, because
 * PostgreSQL does not keep when a row was written. A column that is the whole key is the id and no field; columns of a composite key
 * are fields as well. Columns named like the fields that every document has go into the field {@code data}.
 */
final class RelationalEncoder implements DocumentEncoder {

    private static final byte[] ID = ascii("{\"id\":\"");
    private static final byte[] DATA = ascii(",\"data\":{");

    private final DocumentId id;
    private final ValueWriter values;
    private final List<String> selected;
    private final byte[] afterId;
    private final Field[] fields;
    private final Field[] reserved;

    /** @param json whether its values are JSON, of which one is null */
    private record Field(byte[] key, ValueDecoder decoder, boolean json) {

        boolean isNull(byte[] row, int at) {
            return json && JsonDecoder.isNull(decoder, row, at);
        }
    }

    RelationalEncoder(Table table, String collection, Instant takenAt, DocumentId id, ColumnTypes types, ValueWriter values)
            throws SQLException {
        this.id = id;
        this.values = values;
        this.selected = new ArrayList<>(id.selected());
        List<Table.Column> columns = table.key().size() == 1
                ? table.columns().stream().filter(column -> !table.key().contains(column)).toList()
                : table.columns();
        this.fields = fields(columns.stream().filter(column -> !ReservedNames.contains(column.name())).toList(), types);
        this.reserved = fields(columns.stream().filter(column -> ReservedNames.contains(column.name())).toList(), types);
        this.afterId = bytes(out -> {
            values.output(out);
            out.ascii("\",\"coll\":");
            values.collection(collection);
            out.ascii(",\"ts\":");
            values.time(takenAt);
        });
    }

    private Field[] fields(List<Table.Column> columns, ColumnTypes types) throws SQLException {
        List<Field> all = new ArrayList<>();
        for (Table.Column column : columns) {
            ColumnReading reading = types.reading("t." + Identifiers.quoted(column.name()), column.type());
            selected.add(reading.sql());
            all.add(new Field(bytes(out -> {
                out.raw(',');
                out.string(column.name());
                out.raw(':');
            }), reading.decoder(), reading.decoder() instanceof JsonDecoder));
        }
        return all.toArray(Field[]::new);
    }

    @Override
    public List<String> selected() {
        return selected;
    }

    @Override
    public String condition() {
        return "";
    }

    @Override
    public void encode(byte[] row, int from, JsonOutput out) throws IOException {
        values.output(out);
        out.raw(ID);
        int at = id.write(row, from, out);
        out.raw(afterId);
        for (Field field : fields) {
            int length = BigEndian.int32(row, at);
            at += 4;
            if (length >= 0) {
                if (!field.isNull(row, at)) {
                    out.raw(field.key);
                    field.decoder.decode(row, at, length, values);
                }
                at += length;
            }
        }
        if (reserved.length > 0) {
            reserved(row, at, out);
        }
        out.raw('}');
    }

    private void reserved(byte[] row, int from, JsonOutput out) throws IOException {
        boolean begun = false;
        int at = from;
        for (Field field : reserved) {
            int length = BigEndian.int32(row, at);
            at += 4;
            if (length >= 0 && field.isNull(row, at)) {
                at += length;
            } else if (length >= 0) {
                if (begun) {
                    out.raw(field.key);
                } else {
                    out.raw(DATA);
                    // without its comma
                    out.raw(field.key, 1, field.key.length);
                    begun = true;
                }
                field.decoder.decode(row, at, length, values);
                at += length;
            }
        }
        if (begun) {
            out.raw('}');
        }
    }

    @FunctionalInterface
    interface Writing {

        void to(JsonOutput out) throws IOException;
    }

    static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonOutput out = new JsonOutput(bytes);
        try {
            writing.to(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
