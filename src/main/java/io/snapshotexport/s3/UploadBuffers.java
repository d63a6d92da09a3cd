package io.snapshotexport.s3;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory that uploads use: buffers of one part each, handed from file to file. An {@link ObjectWriter} holds {@link #PER_WRITER} at
 * most, one that is filled and two that are in flight, so the whole of it is 3 parts (15 MiB by default) times the objects that are written
 * side by side, however large they become. A small object needs one. Three small ones and not two large ones, because reading, encoding
 * and sending are quick and slow at different times: whoever is quick has something to go on with.
 *
 * <p>Direct memory: Netty sends it without a copy, and heap buffers it would copy whole. Such memory is freed late, which is why
 * buffers are kept for the next writer instead of being dropped. Thread-safe.
 */
final class UploadBuffers {

    static final int PER_WRITER = 3;

    /** S3 refuses smaller parts, except for the last one. */
    static final int MIN_PART_SIZE = 5 * 1024 * 1024;

    private final int partSize;
    private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();
    private final AtomicInteger allocated = new AtomicInteger();

    UploadBuffers(int partSize) {
        if (partSize < MIN_PART_SIZE) {
            throw new IllegalArgumentException("snapshot-export.s3.part-size is " + partSize
                    + ", but S3 takes no parts below " + MIN_PART_SIZE + " bytes");
        }
        this.partSize = partSize;
    }

    /** An empty buffer, which the caller gives back or forgets. */
    ByteBuffer take() {
        ByteBuffer buffer = free.pollFirst();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(partSize);
            allocated.incrementAndGet();
        }
        return buffer;
    }

    /** @param buffer that no request can be reading any more */
    void giveBack(ByteBuffer buffer) {
        free.addFirst(buffer.clear());
    }

    /**
     * Leaves a buffer to the garbage collector. After a failed request the connection may still be sending from it: the next
     * user's bytes must not get into that.
     */
    void forget() {
        allocated.decrementAndGet();
    }

    int partSize() {
        return partSize;
    }

    /** Buffers that exist, in use or waiting. */
    int allocated() {
        return allocated.get();
    }
}
