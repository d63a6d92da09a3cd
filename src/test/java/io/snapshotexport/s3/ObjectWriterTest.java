package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.embedded.S3ProxyServer;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectWriterTest {

    private static final int PART = S3TestConfig.PART_SIZE;
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final WriteGuard ALWAYS = () -> { };

    @TempDir
    static Path directory;
    private static S3ProxyServer server;
    private static S3Buckets buckets;

    @BeforeAll
    static void start() {
        server = S3ProxyServer.start(directory);
        server.createBucket("shop");
        buckets = new S3Buckets(S3TestConfig.of(server).withChecksums());
    }

    @AfterAll
    static void stop() {
        buckets.close();
        server.close();
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, 100_000, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 17})
    void anObjectArrivesByteForByteWithItsChecksum(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        UploadedObject uploaded;

        try (ExportBucket bucket = open("sizes/" + size, ALWAYS);
                ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            writeInPieces(writer, content);
            uploaded = writer.complete();
        }

        CRC32C crc = new CRC32C();
        crc.update(content);
        assertThat(uploaded.key()).isEqualTo("sizes/" + size + "/collections/Product/Product_00_000000.json");
        assertThat(uploaded.bytes()).isEqualTo(size);
        assertThat(uploaded.crc32c()).isEqualTo(Crc32c.base64((int) crc.getValue()));
        assertThat(uploaded.etag()).isNotEmpty().doesNotContain("\"");
        assertThat(file(uploaded.key())).hasBinaryContent(content);
    }

    /** Pieces of all sizes, single bytes among them, so that parts end in the middle of some. */
    private static void writeInPieces(ObjectWriter writer, byte[] content) {
        Random random = new Random(1);
        int at = 0;
        while (at < content.length) {
            int length = Math.min(random.nextInt(300_000), content.length - at);
            writer.write(content, at, length);
            at += length;
            if (at < content.length) {
                writer.write(content[at++]);
            }
        }
    }

    @Test
    void aLargeObjectNeedsThreeBuffersAndTheNextOneUsesThemAgain() throws IOException {
        byte[] piece = new byte[1 << 20];
        new Random(7).nextBytes(piece);
        CRC32C crc = new CRC32C();
        try (S3Buckets own = new S3Buckets(S3TestConfig.of(server).withPartSize(8 << 20));
                ExportBucket bucket = own.open("acme", new S3Destination("shop", "large"), ANYWHERE, ALWAYS)) {

            UploadedObject uploaded = null;
            for (int file = 0; file < 2; file++) {
                try (ObjectWriter writer = bucket.newCollectionFile("Large", 0, file, Datafiles.DEFAULT, UploadListener.NONE)) {
                    crc.reset();
                    for (int i = 0; i < 300; i++) {
                        writer.write(piece);
                        crc.update(piece);
                    }
                    uploaded = writer.complete();
                }
            }

            assertThat(own.bufferBytes()).isEqualTo(24 << 20);
            assertThat(uploaded.bytes()).isEqualTo(300L << 20);
            assertThat(uploaded.crc32c()).isEqualTo(Crc32c.base64((int) crc.getValue()));
            try (InputStream stored = Files.newInputStream(file(uploaded.key()))) {
                for (int i = 0; i < 300; i++) {
                    assertThat(stored.readNBytes(piece.length)).isEqualTo(piece);
                }
                assertThat(stored.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aSmallObjectNeedsOneBuffer() {
        try (S3Buckets own = new S3Buckets(S3TestConfig.of(server));
                ExportBucket bucket = own.open("acme", new S3Destination("shop", "one"), ANYWHERE, ALWAYS)) {
            for (int i = 0; i < 10; i++) {
                ObjectWriter writer = bucket.newCollectionFile("Small", 0, i, Datafiles.DEFAULT, UploadListener.NONE);
                writer.write(new byte[1000]);
                writer.complete();
            }
            assertThat(own.bufferBytes()).isEqualTo(PART);
        }
    }

    @Test
    void theNextObjectIsWrittenIntoTheSameBuffersWhileTheOneBeforeIsPutTogether() {
        try (S3Buckets own = new S3Buckets(S3TestConfig.of(server));
                ExportBucket bucket = own.open("acme", new S3Destination("shop", "overlapping"), ANYWHERE, ALWAYS)) {
            ObjectWriter before = bucket.newCollectionFile("Large", 0, 0, Datafiles.DEFAULT, UploadListener.NONE);
            before.write(new byte[3 * PART]);
            before.startCompleting();
            ObjectWriter next = bucket.newCollectionFile("Large", 0, 1, Datafiles.DEFAULT, UploadListener.NONE);
            next.write(new byte[2 * PART]);

            assertThatThrownBy(() -> before.write(1)).isInstanceOf(IllegalStateException.class);
            assertThat(before.complete().bytes()).isEqualTo(3 * PART);
            assertThat(next.complete().bytes()).isEqualTo(2 * PART);
            assertThat(own.bufferBytes()).isEqualTo(3 * PART);
        }
        assertThat(file("overlapping/collections/Large/Large_00_000000.json")).hasSize(3 * PART);
    }

    @Test
    void closingWithoutCompletingLeavesNothing() {
        try (ExportBucket bucket = open("abandoned", ALWAYS)) {
            try (ObjectWriter small = bucket.newCollectionFile("Small", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                small.write(new byte[100]);
            }
            try (ObjectWriter large = bucket.newCollectionFile("Large", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                large.write(new byte[3 * PART]);
            }
            assertThat(bucket.uploadsLeftOpen()).isZero();
        }

        assertThat(file("abandoned/collections")).doesNotExist();
    }

    @Test
    void nothingCanBeWrittenAfterCompletion() {
        try (ExportBucket bucket = open("twice", ALWAYS)) {
            ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE);
            writer.complete();

            assertThatThrownBy(() -> writer.write(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(writer::complete).isInstanceOf(IllegalStateException.class);
            writer.close();
        }
        assertThat(file("twice/collections/Product/Product_00_000000.json")).exists();
    }

    /** From check 3 on: the beginning of the upload, its parts, its completion; each asks when it is called and when it is sent. */
    @ParameterizedTest(name = "refused at check {0}")
    @CsvSource({"3", "5", "7", "9", "11"})
    void aWriterWithoutALeaseStopsWhereverItIs(int refusedFrom) {
        AtomicInteger checks = new AtomicInteger(Integer.MIN_VALUE);
        class LeaseGone extends RuntimeException {
        }
        WriteGuard guard = () -> {
            if (checks.incrementAndGet() >= refusedFrom) {
                throw new LeaseGone();
            }
        };
        String path = "lease/" + refusedFrom;
        try (ExportBucket bucket = open(path, guard)) {
            checks.set(2);
            ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE);

            assertThatThrownBy(() -> {
                writer.write(new byte[2 * PART + 1]);
                writer.complete();
            }).isInstanceOf(LeaseGone.class);

            writer.close();
            assertThat(bucket.uploadsLeftOpen()).isZero();
        }
        assertThat(file(path + "/collections")).doesNotExist();
    }

    @ParameterizedTest(name = "collection {0}")
    @CsvSource({
            "Product, Product", "'a/b', a%2Fb", "'.', %2E", "'..', %2E%2E", "'50 %', 50%20%25", "'naïve', na%C3%AFve",
            "'日本', %E6%97%A5%E6%9C%AC",
            "'a+b&c=d?', a%2Bb%26c%3Dd%3F"})
    void collectionsOfAnyNameAreStoredUnderTheirEscapedName(String collection, String segment) {
        try (ExportBucket bucket = open("names", ALWAYS);
                ObjectWriter writer = bucket.newCollectionFile(collection, 7, 42, Datafiles.DEFAULT, UploadListener.NONE)) {
            writer.write('[');
            writer.write(']');

            assertThat(writer.complete().key()).isEqualTo("names/collections/" + segment + "/" + segment + "_07_000042.json");
        }
        assertThat(file("names/collections/" + segment + "/" + segment + "_07_000042.json")).hasContent("[]");
    }

    private static ExportBucket open(String path, WriteGuard guard) {
        return buckets.open("acme", new S3Destination("shop", path), ANYWHERE, guard);
    }

    private static Path file(String key) {
        return directory.resolve("shop").resolve(key);
    }
}
