package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.format.JsonOutput;
import io.snapshotexport.format.JsonTranscoder;
import io.snapshotexport.format.MalformedDocumentException;
import io.snapshotexport.format.ValueWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that are documents already. What had expired when the snapshot was taken is left out, as it is not there any more for a
 * reader of the database. An infinite {@code ttl} means that the document never expires and is not written; where {@code ts} is
 * NULL the snapshot's time takes its place.
 */
final class DocumentTableEncoder implements DocumentEncoder {

    private static final int JSONB = 3802;
    private static final byte[] ID = "{\"id\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TS = ",\"ts\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TTL = ",\"ttl\":".getBytes(StandardCharsets.US_ASCII);

    private final PostgresDatabase database;
    private final String collection;
    private final Instant takenAt;
    private final DocumentId id;
    private final ValueWriter values;
    private final JsonTranscoder json;
    private final boolean hasTtl;
    /** jsonb has a version before its text. */
    private final int dataFrom;
    private final List<String> selected;
    private final byte[] afterId;

    DocumentTableEncoder(Table table, PostgresDatabase database, String collection, Instant takenAt, DocumentId id,
            DocumentFormat format) {
        this.database = database;
        this.collection = collection;
        this.takenAt = takenAt;
        this.id = id;
        this.values = new ValueWriter(format);
        this.json = new JsonTranscoder(database.documents(), format);
        this.hasTtl = table.column("ttl").filter(column -> !column.generated()).isPresent();
        this.dataFrom = table.column("data").orElseThrow().type() == JSONB ? 1 : 0;
        this.selected = new ArrayList<>(id.selected());
        this.selected.addAll(hasTtl ? List.of("t.ts", "t.ttl", "t.data") : List.of("t.ts", "t.data"));
        this.afterId = RelationalEncoder.bytes(out -> {
            values.output(out);
            out.ascii("\",\"coll\":");
            values.collection(collection);
            out.raw(TS);
        });
    }

    @Override
    public List<String> selected() {
        return selected;
    }

    @Override
    public String condition() {
        return hasTtl ? "t.ttl IS NULL OR t.ttl > '" + takenAt + "'" : "";
    }

    @Override
    public void encode(byte[] row, int from, JsonOutput out) throws IOException {
        values.output(out);
        out.raw(ID);
        int at = id.write(row, from, out);
        out.raw(afterId);
        int length = BigEndian.int32(row, at);
        at += 4;
        if (length < 0) {
            values.time(takenAt);
        } else {
            BinaryDecoders.timestamp(BigEndian.int64(row, at), values);
            at += length;
        }
        if (hasTtl) {
            at = ttl(row, at, out);
        }
        length = BigEndian.int32(row, at);
        int data = at + 4 + dataFrom;
        int end = at + 4 + length;
        if (length < 0 || !JsonTranscoder.isObject(row, data, end)) {
            throw new PermanentExportException("Collection " + shown(collection) + " of database " + database
                    + " cannot be exported: the column `data` of the document " + shown(idText(row, from)) + " is "
                    + (length < 0 ? "NULL" : "no JSON object") + "; mend or delete that row.");
        }
        try {
            json.documentFields(row, data, end, out);
        } catch (MalformedDocumentException e) {
            throw new PermanentExportException("Collection " + shown(collection) + " of database " + database
                    + " cannot be exported: in the document " + shown(idText(row, from)) + ", " + e.getMessage()
                    + "; mend that document, whose `data` has to be in the tagged format.", e);
        }
        out.raw('}');
    }

    private int ttl(byte[] row, int from, JsonOutput out) throws IOException {
        int length = BigEndian.int32(row, from);
        if (length < 0) {
            return from + 4;
        }
        long micros = BigEndian.int64(row, from + 4);
        if (!BinaryDecoders.isInfinite(micros)) {
            out.raw(TTL);
            BinaryDecoders.timestamp(micros, values);
        }
        return from + 4 + length;
    }

    private String idText(byte[] row, int from) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        JsonOutput out = new JsonOutput(text);
        id.write(row, from, out);
        out.flush();
        return text.toString(StandardCharsets.UTF_8);
    }
}
