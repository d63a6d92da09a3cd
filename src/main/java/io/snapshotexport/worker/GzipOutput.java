package io.snapshotexport.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The gzip files of one lane, one after the other, through one deflater and one buffer: about 320 KiB, whatever is written. Each is a
 * single member with the header of Java's own gzip writer, without a name or a time, so that the same documents give the same bytes.
 * That writer is not used because it takes a deflater anew for every file and finishes the file when it is closed, also after a failure.
 *
 * <p>Not thread-safe. Whatever the target throws comes out unchanged. It never closes a target; closing it frees native memory.
 */
final class GzipOutput extends OutputStream {

    /**
     * The fastest level: on generated shop documents about 150 MB for each second of CPU, down to 28 % of the size. The default level came
     * to 30 MB and 21 %, and would be far slower than what a lane reads.
     */
    private static final int LEVEL = Deflater.BEST_SPEED;
    private static final int CAPACITY = 64 * 1024;
    private static final byte UNKNOWN_SYSTEM = (byte) 0xff;
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, UNKNOWN_SYSTEM};

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 crc = new CRC32();
    private final byte[] compressed = new byte[CAPACITY];
    private OutputStream target;

    /** Begins a file in the target. A file that was begun before and not finished is forgotten. */
    GzipOutput begin(OutputStream next) throws IOException {
        target = next;
        deflater.reset();
        crc.reset();
        target.write(HEADER);
        return this;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        deflater.setInput(source, offset, length);
        crc.update(source, offset, length);
        while (!deflater.needsInput()) {
            writeCompressed();
        }
    }

    /** Ends the file; the target then has all of it. */
    void finish() throws IOException {
        deflater.finish();
        while (!deflater.finished()) {
            writeCompressed();
        }
        // The size modulo 2^32, as the format has it.
        target.write(ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue()).putInt((int) deflater.getBytesRead()).array());
    }

    private void writeCompressed() throws IOException {
        int length = deflater.deflate(compressed);
        if (length > 0) {
            target.write(compressed, 0, length);
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
