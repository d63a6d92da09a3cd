package io.snapshotexport.s3;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A process that uploads some large objects at once, with parts of the size that is the default, and ends with 0 if all arrived. */
final class SideBySideUploads {

    private static final int PART_SIZE = 8 * 1024 * 1024;

    private SideBySideUploads() {
    }

    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        S3TestConfig config = S3TestConfig.of(URI.create(arguments[0]), arguments[1], arguments[2], Encryption.BUCKET_DEFAULT)
                .withPartSize(PART_SIZE);
        int writers = Integer.parseInt(arguments[3]);
        long bytes = Long.parseLong(arguments[4]);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try (S3Buckets buckets = new S3Buckets(config);
                ExportBucket bucket = buckets.open("acme", new S3Destination("shop", "heap"), new RegionGroup("us-std", List.of("*")), () -> { })) {
            List<Future<UploadedObject>> uploads = new ArrayList<>();
            for (int lane = 0; lane < writers; lane++) {
                int number = lane;
                uploads.add(threads.submit(() -> upload(bucket, number, bytes)));
            }
            for (Future<UploadedObject> upload : uploads) {
                upload.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static UploadedObject upload(ExportBucket bucket, int lane, long bytes) {
        byte[] piece = new byte[64 * 1024];
        new Random(lane).nextBytes(piece);
        try (ObjectWriter writer = bucket.newCollectionFile("Big", lane, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            for (long left = bytes; left > 0; left -= piece.length) {
                writer.write(piece, 0, (int) Math.min(left, piece.length));
            }
            return writer.complete();
        }
    }
}
