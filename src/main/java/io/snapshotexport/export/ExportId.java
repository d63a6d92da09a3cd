package io.snapshotexport.export;

import java.time.Instant;
import java.util.Optional;

/**
 * An export's id: its first place in the request log, so that whoever sees the record or its acknowledgement computes the same
 * number. 63 bits: 41 of log-append time (milliseconds since 2020-01-01, enough until 2089), 10 of partition, 12 of
 * offset modulo 4096. Ids sort by age.
 */
public record ExportId(long value) implements Comparable<ExportId> {

    private static final long EPOCH_MILLIS = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    private static final int PARTITION_BITS = 10;
    private static final int OFFSET_BITS = 12;

    /** More partitions than this would not fit into an id. */
    public static final int MAX_PARTITIONS = 1 << PARTITION_BITS;

    public ExportId {
        if (value < 0) {
            throw new IllegalArgumentException("an export id is not negative: " + value);
        }
    }

    /**
     * @param logAppendMillis the broker's log-append time, in milliseconds since 1970
     * @param partition       the partition in the request log, below {@link #MAX_PARTITIONS}
     * @param offset          the offset in that partition
     */
    public static ExportId of(long logAppendMillis, int partition, long offset) {
        long millis = logAppendMillis - EPOCH_MILLIS;
        if (millis < 0 || millis >= 1L << 41) {
            throw new IllegalArgumentException("log-append time out of range: " + logAppendMillis);
        }
        if (partition < 0 || partition >= MAX_PARTITIONS) {
            throw new IllegalArgumentException("partition out of range: " + partition);
        }
        return new ExportId(millis << (PARTITION_BITS + OFFSET_BITS)
                | (long) partition << OFFSET_BITS
                | offset & (1 << OFFSET_BITS) - 1);
    }

    /** The id that the text spells in canonical decimal digits, or nothing: a malformed id is an unknown id. */
    public static Optional<ExportId> parse(String text) {
        if (text == null || !text.matches("0|[1-9][0-9]{0,18}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ExportId(Long.parseLong(text)));
        } catch (NumberFormatException beyond63Bits) {
            return Optional.empty();
        }
    }

    /** When the request was appended to the log, to the millisecond. */
    public Instant createdAt() {
        return Instant.ofEpochMilli((value >>> (PARTITION_BITS + OFFSET_BITS)) + EPOCH_MILLIS);
    }

    @Override
    public int compareTo(ExportId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
