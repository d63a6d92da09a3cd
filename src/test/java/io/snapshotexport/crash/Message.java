package io.snapshotexport.crash;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A request on its way through a proxy.
 *
 * @param from  the process that sent it
 * @param kind  its first words: {@code PUT /bucket/key HTTP/1.1} of S3, the name of the operation of Kafka, {@code query} of PostgreSQL
 * @param bytes the request; of S3 without the content
 * @param rest  bytes of content that follow
 */
record Message(String from, String kind, byte[] bytes, long rest) {

    boolean is(String beginOfKind) {
        return kind.startsWith(beginOfKind);
    }

    boolean contains(String text) {
        return contains(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A character for each byte. */
    String text() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Kafka's newer requests name a topic by its id. */
    boolean contains(UUID id) {
        return contains(ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array());
    }

    private boolean contains(byte[] wanted) {
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            int matched = 0;
            while (matched < wanted.length && bytes[at + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return true;
            }
        }
        return false;
    }
}
