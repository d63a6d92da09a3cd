package io.snapshotexport.s3;

import io.snapshotexport.export.PermanentExportException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * One object, streamed: what fits into one buffer goes as one request, anything larger as a multipart upload whose parts leave while the
 * next one is filled. Writing blocks while all buffers are on their way. The object appears in the bucket with {@link #complete()} and
 * not before; closing without that abandons it.
 *
 * <p>Not thread-safe. Nothing here throws IOException: failures are {@link io.snapshotexport.export.ExportException}s, or what the
 * {@link WriteGuard} threw. After a failure only {@link #abort()} and {@link #close()} are of use.
 */
public final class ObjectWriter extends OutputStream {

    private static final int MAX_PARTS = 10_000;

    private final BucketRequests requests;
    private final UploadBuffers buffers;
    private final AbandonedUploads abandoned;
    private final UploadListener listener;
    private final String key;
    private final String contentType;

    private int objectCrc;
    private final ArrayDeque<SentPart> inFlight = new ArrayDeque<>();
    private final List<CompletedPart> parts = new ArrayList<>();
    private ByteBuffer filling;
    private int held;
    private int sent;
    private long bytes;
    private String uploadId;
    private boolean completing;
    /** The request that makes the object appear, once it has been sent. */
    private CompletableFuture<String> finishing;
    private boolean ended;

    /** A part on its way, and the buffer that it is sent from. */
    private record SentPart(int number, String crc32c, ByteBuffer buffer, CompletableFuture<UploadPartResponse> request) {
    }

    ObjectWriter(BucketRequests requests, UploadBuffers buffers, AbandonedUploads abandoned, UploadListener listener, String key,
                 String contentType) {
        this.requests = requests;
        this.buffers = buffers;
        this.abandoned = abandoned;
        this.listener = listener;
        this.key = key;
        this.contentType = contentType;
    }

    /** The object's full key. */
    public String key() {
        return key;
    }

    /** What has been written so far, sent or not. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void write(int b) {
        room().put((byte) b);
        bytes++;
    }

    @Override
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        int from = offset;
        int left = length;
        while (left > 0) {
            ByteBuffer room = room();
            int some = Math.min(left, room.remaining());
            room.put(source, from, some);
            from += some;
            left -= some;
            bytes += some;
        }
    }

    /** Does nothing: a part is sent when it is full, because S3 takes no small ones. */
    @Override
    public void flush() {
    }

    /**
     * Sends what is left of a multipart upload and asks for the object to appear, without waiting for that: S3 takes a while to put large
     * objects together, and meanwhile the next one can be written. Its buffers are free then. {@link #complete()} is still due.
     */
    public void startCompleting() {
        ensureOpen();
        if (uploadId != null) {
            completing = true;
            finishing = finishUpload();
        }
    }

    /** Sends what is left and makes the object appear. */
    public UploadedObject complete() {
        if (finishing == null || ended) {
            startCompleting();
            completing = true;
        }
        String etag = uploadId == null ? putWhole() : requests.await(finishing, key);
        ended = true;
        if (uploadId != null) {
            listener.ended();
        }
        return new UploadedObject(key, bytes, Crc32c.base64(objectCrc), etag);
    }

    /** Abandons the object: nothing of it stays in the bucket, unless the bucket refuses even that, which is counted and logged. */
    public void abort() {
        if (ended) {
            return;
        }
        ended = true;
        List<CompletableFuture<?>> onTheirWay = new ArrayList<>(inFlight.stream().map(SentPart::request).toList());
        if (finishing != null) {
            onTheirWay.add(finishing);
        }
        inFlight.clear();
        if (filling != null) {
            release(filling);
            filling = null;
        }
        while (held > 0) {
            buffers.forget();
            held--;
        }
        if (uploadId != null && abandoned.abort(requests, key, uploadId, onTheirWay)) {
            listener.ended();
        }
    }

    /** As {@link #abort()}, unless the object is complete. */
    @Override
    public void close() {
        abort();
    }

    private ByteBuffer room() {
        ensureOpen();
        if (filling != null && !filling.hasRemaining()) {
            sendPart();
        }
        if (filling == null) {
            if (held == UploadBuffers.PER_WRITER) {
                awaitOldest();
            }
            filling = buffers.take();
            held++;
        }
        return filling;
    }

    private void sendPart() {
        if (uploadId == null) {
            uploadId = requests.await(requests.begin(key, contentType), key);
            listener.begun(uploadId);
        }
        if (sent == MAX_PARTS) {
            throw new PermanentExportException("`" + key + "` needs more than " + MAX_PARTS + " parts, which is all that S3 allows;"
                    + " the operator has to raise `snapshot-export.s3.part-size`.");
        }
        ByteBuffer content = filling.duplicate().flip();
        int partCrc = Crc32c.of(content);
        objectCrc = Crc32c.concatenated(objectCrc, partCrc, content.remaining());
        String crc32c = Crc32c.base64(partCrc);
        int number = sent + 1;
        CompletableFuture<UploadPartResponse> request = requests.part(key, uploadId, number, content, crc32c);
        inFlight.add(new SentPart(number, crc32c, filling, request));
        filling = null;
        sent = number;
    }

    private void awaitOldest() {
        SentPart oldest = inFlight.element();
        UploadPartResponse taken = requests.await(oldest.request(), key);
        parts.add(CompletedPart.builder().partNumber(oldest.number()).eTag(taken.eTag()).checksumCRC32C(taken.checksumCRC32C()).build());
        inFlight.remove();
        release(oldest.buffer());
    }

    private CompletableFuture<String> finishUpload() {
        sendPart();
        while (!inFlight.isEmpty()) {
            awaitOldest();
        }
        return requests.finish(key, uploadId, parts, Crc32c.base64(objectCrc));
    }

    private String putWhole() {
        ByteBuffer content = filling == null ? ByteBuffer.allocate(0) : filling.duplicate().flip();
        objectCrc = Crc32c.of(content);
        CompletableFuture<String> request = requests.put(key, contentType, content, Crc32c.base64(objectCrc));
        ByteBuffer buffer = filling;
        filling = null;
        String etag = requests.await(request, key);
        if (buffer != null) {
            release(buffer);
        }
        return etag;
    }

    private void release(ByteBuffer buffer) {
        buffers.giveBack(buffer);
        held--;
    }

    private void ensureOpen() {
        if (completing || ended) {
            throw new IllegalStateException("`" + key + "` is complete or abandoned");
        }
    }
}
