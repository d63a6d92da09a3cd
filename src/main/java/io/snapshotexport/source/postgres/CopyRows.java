package io.snapshotexport.source.postgres;

import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.copy.CopyOut;

/**
 * The rows of a {@code COPY ... TO STDOUT (FORMAT binary)}. The server sends each row as one message (PostgreSQL documentation,
 * section "COPY Operations" of the protocol); the file header comes with the first row or on its own.
 */
final class CopyRows {

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int HEADER_LENGTH = SIGNATURE.length + 8;
    private static final int FIELD_COUNT_LENGTH = 2;
    private static final int END = -1;

    private final CopyOut copy;
    private final int fields;
    private boolean begun;
    private byte[] row;
    private int at;

    CopyRows(CopyOut copy, int fields) {
        this.copy = copy;
        this.fields = fields;
    }

    /** Goes to the next row, or returns false after the last one. */
    boolean next() throws SQLException {
        do {
            // A row may have 64 MiB: not two of them at a time.
            row = null;
            row = copy.readFromCopy();
            if (row == null) {
                return false;
            }
            at = begun ? 0 : header();
        } while (at == row.length);
        int count = BigEndian.int16(row, at);
        at += FIELD_COUNT_LENGTH;
        if (count != fields && count != END) {
            throw new IllegalStateException("a row has " + count + " fields instead of " + fields);
        }
        return count != END || next();
    }

    /** The message that holds the row. */
    byte[] row() {
        return row;
    }

    /** Where its first field begins: four bytes of length (-1 for NULL), and the value. */
    int at() {
        return at;
    }

    private int header() {
        if (!Arrays.equals(row, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw new IllegalStateException("PostgreSQL does not send binary COPY");
        }
        begun = true;
        return HEADER_LENGTH + BigEndian.int32(row, HEADER_LENGTH - 4);
    }
}
