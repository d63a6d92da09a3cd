package io.snapshotexport.source.postgres;

import io.snapshotexport.format.ValueWriter;
import java.io.IOException;

/** A value in PostgreSQL's binary form to a document's value. Never called for NULL. */
@FunctionalInterface
interface ValueDecoder {

    void decode(byte[] row, int at, int length, ValueWriter out) throws IOException;
}
