package io.snapshotexport.crash;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** How a proxy cuts a connection's bytes into requests and answers. Everything is passed on as it came. */
public enum Protocol {

    /** HTTP/1.1, one request after another, each with a known length. */
    S3 {
        @Override
        Message request(String from, DataInputStream in) throws IOException {
            byte[] head = head(in);
            if (head == null) {
                return null;
            }
            String text = new String(head, StandardCharsets.ISO_8859_1);
            return new Message(from, text.lines().findFirst().orElse(""), head, contentLength(text));
        }

        /** What the server says before it has the content is no answer yet. */
        @Override
        boolean answers(Message request, byte[] chunk) {
            return !new String(chunk, 0, Math.min(chunk.length, 12), StandardCharsets.ISO_8859_1).endsWith(" 100");
        }
    },

    /** Frames with their size in front; answers carry the number of their request. */
    KAFKA {
        @Override
        Message request(String from, DataInputStream in) throws IOException {
            byte[] frame = frame(in);
            if (frame == null) {
                return null;
            }
            int operation = ByteBuffer.wrap(frame).getShort(4);
            return new Message(from, OPERATIONS.getOrDefault(operation, "operation " + operation), frame, 0);
        }

        @Override
        byte[] chunk(DataInputStream in) throws IOException {
            return frame(in);
        }

        @Override
        boolean answers(Message request, byte[] chunk) {
            return ByteBuffer.wrap(chunk).getInt(4) == ByteBuffer.wrap(request.bytes()).getInt(8);
        }
    },

    /** Whatever comes at once: a query and its values, which are short. */
    POSTGRES {
        @Override
        Message request(String from, DataInputStream in) throws IOException {
            byte[] chunk = chunk(in);
            return chunk == null ? null : new Message(from, "query", chunk, 0);
        }
    };

    private static final int LARGEST_HEAD = 64 * 1024;
    private static final int LARGEST_FRAME = 32 * 1024 * 1024;
    private static final int CHUNK = 16 * 1024;
    /** The numbers that Kafka's protocol guide gives them. */
    private static final Map<Integer, String> OPERATIONS = Map.of(0, "Produce", 78, "ShareFetch", 79, "ShareAcknowledge");

    /** The next request, or null at the end. */
    abstract Message request(String from, DataInputStream in) throws IOException;

    /** The next piece of answers, or null at the end. */
    byte[] chunk(DataInputStream in) throws IOException {
        byte[] buffer = new byte[CHUNK];
        int count = in.read(buffer);
        return count < 0 ? null : Arrays.copyOf(buffer, count);
    }

    /** Whether this piece is, or begins, the answer to that request, which is the last that was passed on. */
    boolean answers(Message request, byte[] chunk) {
        return true;
    }

    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int lineEnds = 0;
        while (lineEnds < 2) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            head.write(b);
            if (head.size() > LARGEST_HEAD) {
                throw new IOException("the head of a request is longer than " + LARGEST_HEAD + " bytes");
            }
            lineEnds = b == '\n' ? lineEnds + 1 : b == '\r' ? lineEnds : 0;
        }
        return head.toByteArray();
    }

    private static long contentLength(String head) {
        return head.lines().filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                .mapToLong(line -> Long.parseLong(line.substring(15).trim())).findFirst().orElse(0);
    }

    private static byte[] frame(DataInputStream in) throws IOException {
        int size;
        try {
            size = in.readInt();
        } catch (EOFException end) {
            return null;
        }
        if (size < 0 || size > LARGEST_FRAME) {
            throw new IOException("a frame of " + size + " bytes");
        }
        byte[] frame = new byte[Integer.BYTES + size];
        ByteBuffer.wrap(frame).putInt(size);
        in.readFully(frame, Integer.BYTES, size);
        return frame;
    }
}
