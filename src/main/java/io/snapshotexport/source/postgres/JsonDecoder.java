package io.snapshotexport.source.postgres;

import io.snapshotexport.format.JsonTranscoder;
import io.snapshotexport.format.ValueWriter;
import java.io.IOException;

/**
 * Values of {@code json} and {@code jsonb}.
 *
 * @param json   writes them
 * @param prefix bytes before the text: jsonb has its version there
 */
record JsonDecoder(JsonTranscoder json, int prefix) implements ValueDecoder {

    @Override
    public void decode(byte[] row, int at, int length, ValueWriter out) throws IOException {
        json.value(row, at + prefix, at + length, out.output());
    }

    /** Whether the value is JSON's null: a field that has it is absent, as one that is NULL (file formats, section 1). */
    boolean isNull(byte[] row, int at) {
        int first = at + prefix;
        while (row[first] == ' ' || row[first] == '\n' || row[first] == '\t' || row[first] == '\r') {
            first++;
        }
        return row[first] == 'n';
    }

    static boolean isNull(ValueDecoder decoder, byte[] row, int at) {
        return decoder instanceof JsonDecoder value && value.isNull(row, at);
    }
}
