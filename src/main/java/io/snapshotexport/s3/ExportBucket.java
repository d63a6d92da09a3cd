package io.snapshotexport.s3;

import io.snapshotexport.export.DatafileFormat;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.S3Destination;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * One export's place in a bucket, proven writable. Thread-safe: lanes write side by side, each file with a writer of its own. Closing it
 * waits some seconds for what is still to appear, tells the guard if that may come later, and the operator about uploads that could not be
 * aborted.
 */
public final class ExportBucket implements AutoCloseable {

    /** Small requests that are on their way at the same time. */
    private static final int SIDE_BY_SIDE = 32;
    private static final String MANIFEST_TYPE = "application/json";

    private final BucketRequests requests;
    private final UploadBuffers buffers;
    private final ObjectKeys keys;
    private final S3Destination destination;
    private final String region;
    private final AbandonedUploads abandoned;

    ExportBucket(BucketRequests requests, UploadBuffers buffers, ObjectKeys keys, S3Destination destination, String region,
                 UploadCounts counts) {
        this.requests = requests;
        this.buffers = buffers;
        this.keys = keys;
        this.destination = destination;
        this.region = region;
        this.abandoned = new AbandonedUploads(counts);
    }

    /** The S3 region that the bucket lies in. */
    public String region() {
        return region;
    }

    /**
     * Begins a collection file; close the writer in any case. Compression is the caller's: the object holds what is written. It carries no
     * Content-Encoding, so that every client gets the bytes that the name, the size and the checksum are about.
     *
     * @param lane      0 to 99, the HOST_ID in the file's name
     * @param index     0 to 999,999, counted for each collection and lane
     * @param datafiles what the file is, which its name and its content type tell
     * @param listener  hears of the file's multipart upload
     * @throws io.snapshotexport.export.PermanentExportException if the key would be longer than S3 allows
     */
    public ObjectWriter newCollectionFile(String collection, int lane, int index, Datafiles datafiles, UploadListener listener) {
        return writer(keys.collectionFile(collection, lane, index, datafiles.extension()), contentType(datafiles), listener);
    }

    /**
     * Aborts multipart uploads that attempts which came to nothing have begun, some side by side. Those that the bucket will not abort now are
     * counted and stay.
     *
     * @param datafiles what the files were to become
     * @param cancelled ends it: no further one is begun
     * @return those that stay
     */
    public List<OpenUpload> abort(List<OpenUpload> uploads, Datafiles datafiles, BooleanSupplier cancelled) {
        List<OpenUpload> left = new ArrayList<>();
        ArrayDeque<Abort> onTheirWay = new ArrayDeque<>();
        Iterator<OpenUpload> further = uploads.iterator();
        while (further.hasNext() || !onTheirWay.isEmpty()) {
            if (!further.hasNext() || onTheirWay.size() == SIDE_BY_SIDE) {
                Abort oldest = onTheirWay.remove();
                if (!oldest.gone().join()) {
                    left.add(oldest.upload());
                }
                continue;
            }
            OpenUpload upload = further.next();
            if (cancelled.getAsBoolean()) {
                left.add(upload);
                continue;
            }
            String key = keys.collectionFile(upload.collection(), upload.lane(), upload.index(), datafiles.extension());
            onTheirWay.add(new Abort(upload, abandoned.abort(requests, key, upload.uploadId())));
        }
        return left;
    }

    private record Abort(OpenUpload upload, CompletableFuture<Boolean> gone) {
    }

    /**
     * Writes the same small content to each of the places, some side by side; what was there before is gone. Returns when all are written.
     *
     * @return how many that were
     */
    public long overwrite(Iterator<CollectionFile> places, Datafiles datafiles, byte[] content) {
        String crc32c = Crc32c.base64(Crc32c.of(ByteBuffer.wrap(content)));
        ArrayDeque<SmallPut> onTheirWay = new ArrayDeque<>();
        long count = 0;
        while (places.hasNext() || !onTheirWay.isEmpty()) {
            if (!places.hasNext() || onTheirWay.size() == SIDE_BY_SIDE) {
                SmallPut oldest = onTheirWay.remove();
                requests.await(oldest.request(), oldest.key());
                continue;
            }
            CollectionFile place = places.next();
            String key = keys.collectionFile(place.collection(), place.lane(), place.index(), datafiles.extension());
            onTheirWay.add(new SmallPut(key, requests.put(key, contentType(datafiles), ByteBuffer.wrap(content), crc32c)));
            count++;
        }
        return count;
    }

    private record SmallPut(String key, CompletableFuture<String> request) {
    }

    private static String contentType(Datafiles datafiles) {
        if (datafiles.compression()) {
            return "application/gzip";
        }
        return datafiles.format() == DatafileFormat.JSON ? "application/json" : "application/x-ndjson";
    }

    /** Commits the export: with this object in the bucket it is complete. Everything that it lists must be complete before. */
    public UploadedObject writeManifest(Manifest manifest) {
        try (ObjectWriter writer = writer(keys.manifest(), MANIFEST_TYPE, UploadListener.NONE)) {
            manifest.writeTo(writer);
            return writer.complete();
        }
    }

    /** Overwrites a manifest of an attempt that did not end with an empty object: whoever reads that meets no manifest. */
    public void takeBackManifest() {
        String key = keys.manifest();
        ByteBuffer nothing = ByteBuffer.allocate(0);
        requests.await(requests.put(key, MANIFEST_TYPE, nothing, Crc32c.base64(Crc32c.of(nothing))), key);
    }

    /** Multipart uploads that the bucket would not abort. */
    public int uploadsLeftOpen() {
        return abandoned.leftOpen();
    }

    @Override
    public void close() {
        if (!requests.appearing().settle()) {
            requests.guard().mayBeFollowed();
        }
        abandoned.report(destination.bucket(), destination.keyPrefix());
    }

    private ObjectWriter writer(String key, String contentType, UploadListener listener) {
        return new ObjectWriter(requests, buffers, abandoned, listener, key, contentType);
    }
}
