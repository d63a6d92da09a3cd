package io.snapshotexport.source.postgres;

import static java.util.Map.entry;

import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.format.JsonTranscoder;
import io.snapshotexport.format.StoredDocuments;
import io.snapshotexport.format.ValueWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The decoders of the types that are read in binary form, by the type's oid (PostgreSQL's {@code pg_type.dat}). They share buffers:
 * one instance belongs to one thread.
 */
final class BinaryDecoders {

    static final ValueDecoder TEXT = (row, at, length, out) -> out.string(row, at, at + length);

    private static final long POSTGRES_EPOCH_SECONDS = 946_684_800;
    private static final int POSTGRES_EPOCH_DAYS = 10_957;
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int UUID_TEXT_LENGTH = 36;
    /** A bit for each byte that a dash follows: those at 3, 5, 7 and 9. */
    private static final int UUID_DASHES_AFTER = 0b10_1010_1000;

    private final byte[] uuid = new byte[UUID_TEXT_LENGTH];
    private final Map<Integer, ValueDecoder> byType;

    BinaryDecoders(DocumentFormat format) {
        JsonTranscoder json = new JsonTranscoder(StoredDocuments.PLAIN, format);
        byType = new HashMap<>(new TextForms().decoders());
        byType.putAll(Map.ofEntries(
                entry(16, (row, at, length, out) -> out.bool(row[at] != 0)),
                entry(17, (row, at, length, out) -> out.bytes(row, at, at + length)),
                entry(20, (row, at, length, out) -> out.integer(BigEndian.int64(row, at))),
                entry(21, (row, at, length, out) -> out.integer(BigEndian.int16(row, at))),
                entry(23, (row, at, length, out) -> out.integer(BigEndian.int32(row, at))),
                entry(26, (row, at, length, out) -> out.integer(Integer.toUnsignedLong(BigEndian.int32(row, at)))),
                entry(700, (row, at, length, out) -> out.real(Float.intBitsToFloat(BigEndian.int32(row, at)))),
                entry(701, (row, at, length, out) -> out.real(Double.longBitsToDouble(BigEndian.int64(row, at)))),
                entry(1700, new NumericText()),
                // name, text, char(n), varchar
                entry(19, TEXT), entry(25, TEXT), entry(1042, TEXT), entry(1043, TEXT),
                entry(2950, (row, at, length, out) -> out.string(uuid(row, at), 0, UUID_TEXT_LENGTH)),
                entry(1082, (row, at, length, out) -> date(BigEndian.int32(row, at), out)),
                // timestamp, which is read as UTC, and timestamptz
                entry(1114, (row, at, length, out) -> timestamp(BigEndian.int64(row, at), out)),
                entry(1184, (row, at, length, out) -> timestamp(BigEndian.int64(row, at), out)),
                entry(114, new JsonDecoder(json, 0)),
                entry(3802, new JsonDecoder(json, 1))));
    }

    /** The type's decoder, or null if it is none of the built-in types that are read in binary form. */
    ValueDecoder of(int type) {
        return byType.get(type);
    }

    /** Writes a timestamp in microseconds since 2000; the infinite ones are Strings. */
    static void timestamp(long micros, ValueWriter out) throws IOException {
        if (isInfinite(micros)) {
            out.string(micros > 0 ? "infinity" : "-infinity");
        } else {
            out.time(Math.floorDiv(micros, MICROS_PER_SECOND) + POSTGRES_EPOCH_SECONDS,
                    (int) Math.floorMod(micros, (long) MICROS_PER_SECOND) * NANOS_PER_MICRO);
        }
    }

    static boolean isInfinite(long micros) {
        return micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    }

    private static void date(int days, ValueWriter out) throws IOException {
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            out.string(days > 0 ? "infinity" : "-infinity");
        } else {
            out.date((long) days + POSTGRES_EPOCH_DAYS);
        }
    }

    /** The text of a UUID, in a buffer that the next one overwrites. */
    byte[] uuid(byte[] row, int at) {
        int to = 0;
        for (int i = 0; i < 16; i++) {
            uuid[to++] = HEX[row[at + i] >> 4 & 0xf];
            uuid[to++] = HEX[row[at + i] & 0xf];
            if ((UUID_DASHES_AFTER >> i & 1) != 0) {
                uuid[to++] = '-';
            }
        }
        return uuid;
    }
}
