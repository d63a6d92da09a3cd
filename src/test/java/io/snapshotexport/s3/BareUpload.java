package io.snapshotexport.s3;

import io.snapshotexport.bench.Measured;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * A process that uploads with the service's own client and does nothing else: the least that writing can cost. Either objects of given
 * sizes, as many at a time as an export has lanes, or what comes in by its standard input.
 */
public final class BareUpload {

    /** As a worker has it by default. */
    private static final int PART_SIZE = 5 * 1024 * 1024;
    private static final int PIECE = 64 * 1024;
    private static final long WARM_UP_BYTES = 150_000_000;
    private static final int WARM_UPS = 6;

    private BareUpload() {
    }

    /**
     * The processes to measure, endpoint, access key, secret key, bucket, and path; then, unless the bytes come by the standard input, a
     * file with bytes to send and one with a line for each object: its lane and its size.
     */
    public static void main(String[] arguments) throws Exception {
        S3TestConfig config = S3TestConfig.of(URI.create(arguments[1]), arguments[2], arguments[3], Encryption.BUCKET_DEFAULT)
                .withPartSize(PART_SIZE);
        try (S3Buckets buckets = new S3Buckets(config);
                ExportBucket bucket = buckets.open("acme", new S3Destination(arguments[4], arguments[5]),
                        new RegionGroup("us-std", List.of("*")), () -> { })) {
            if (arguments.length == 6) {
                System.out.println(Measured.here(arguments[0], () -> upload(bucket, System.in)).asLine());
                return;
            }
            byte[] content = content(Path.of(arguments[6]));
            Map<Integer, List<Long>> sizes = Files.readAllLines(Path.of(arguments[7])).stream().map(line -> line.split(" "))
                    .collect(Collectors.groupingBy(line -> Integer.parseInt(line[0]),
                            Collectors.mapping(line -> Long.parseLong(line[1]), Collectors.toList())));
            for (int i = 0; i < WARM_UPS; i++) {
                upload(bucket, "Warm", content, Map.of(0, List.of(WARM_UP_BYTES / 2), 1, List.of(WARM_UP_BYTES / 2)));
            }
            System.out.println(Measured.here(arguments[0], () -> upload(bucket, "Big", content, sizes)).asLine());
        }
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(PART_SIZE);
        }
    }

    private static long upload(ExportBucket bucket, String name, byte[] content, Map<Integer, List<Long>> sizes) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(sizes.size());
        try {
            List<Future<Long>> lanes = new ArrayList<>();
            sizes.forEach((lane, objects) -> lanes.add(threads.submit(() -> uploadLane(bucket, name, lane, content, objects))));
            long bytes = 0;
            for (Future<Long> lane : lanes) {
                bytes += lane.get();
            }
            return bytes;
        } finally {
            threads.shutdown();
        }
    }

    private static long uploadLane(ExportBucket bucket, String name, int lane, byte[] content, List<Long> sizes) {
        long bytes = 0;
        ObjectWriter previous = null;
        for (int index = 0; index < sizes.size(); index++) {
            ObjectWriter writer = bucket.newCollectionFile(name, lane, index, Datafiles.DEFAULT, UploadListener.NONE);
            write(content, sizes.get(index), writer);
            bytes += previous == null ? 0 : previous.complete().bytes();
            writer.startCompleting();
            previous = writer;
        }
        return bytes + (previous == null ? 0 : previous.complete().bytes());
    }

    private static void write(byte[] content, long bytes, ObjectWriter writer) {
        for (long done = 0; done < bytes;) {
            int at = (int) (done % content.length);
            int some = (int) Math.min(Math.min(PIECE, content.length - at), bytes - done);
            writer.write(content, at, some);
            done += some;
        }
    }

    private static long upload(ExportBucket bucket, InputStream in) throws IOException {
        try (ObjectWriter writer = bucket.newCollectionFile("Piped", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            byte[] piece = new byte[PIECE];
            for (int some = in.read(piece); some >= 0; some = in.read(piece)) {
                writer.write(piece, 0, some);
            }
            return writer.complete().bytes();
        }
    }
}
