package io.snapshotexport.source.postgres;

import io.snapshotexport.format.JsonOutput;
import java.io.IOException;
import java.util.List;

/** Rows of one table to documents. Belongs to one thread. */
interface DocumentEncoder {

    /** The expressions to select, in the order in which the rows have to have them. */
    List<String> selected();

    /** What rows to select, as the condition of a WHERE; empty for all. */
    String condition();

    /** @param at where the first field of the row begins */
    void encode(byte[] row, int at, JsonOutput out) throws IOException;
}
