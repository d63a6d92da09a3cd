package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.embedded.S3MockServer;
import io.snapshotexport.export.DatafileFormat;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** On the server that takes and shows the headers for encryption and ACLs. */
class UploadHeadersTest {

    private static final int PART = S3TestConfig.PART_SIZE;
    private static final String BUCKET = "shop";

    @TempDir
    static Path directory;
    private static S3MockServer server;
    /** A reader of its own: the service's clients take no answers as long as an object. */
    private static S3AsyncClient reader;

    @BeforeAll
    static void start() {
        server = S3MockServer.start(directory, BUCKET);
        reader = S3AsyncClient.builder().endpointOverride(server.endpoint()).forcePathStyle(true).region(Region.US_EAST_1)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any"))).build();
    }

    @AfterAll
    static void stop() {
        reader.close();
        server.close();
    }

    @ParameterizedTest(name = "{0} bytes")
    @CsvSource({"2, false", "2, true", "11000000, false", "11000000, true"})
    void everyObjectIsEncryptedAndBelongsToTheBucketsOwner(int size, boolean checksums) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        S3TestConfig config = S3TestConfig.of(server);
        UploadedObject uploaded;

        try (S3Buckets buckets = new S3Buckets(checksums ? config.withChecksums() : config);
                ExportBucket bucket = open(buckets, "headers/" + size + checksums);
                ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            writer.write(content);
            uploaded = writer.complete();
        }

        HeadObjectResponse head = client()
                .headObject(object -> object.bucket(BUCKET).key(uploaded.key()).checksumMode(ChecksumMode.ENABLED)).join();
        // S3Mock forgets the encryption of a multipart upload when it is completed; MultipartAnswersTest sees it requested.
        assertThat(head.serverSideEncryption()).isEqualTo(size < PART ? ServerSideEncryption.AES256 : null);
        assertThat(head.contentType()).isEqualTo("application/json");
        assertThat(head.contentLength()).isEqualTo(size);
        assertThat(head.checksumCRC32C()).isEqualTo(checksums ? uploaded.crc32c() : null);
        assertThat(client().getObject(object -> object.bucket(BUCKET).key(uploaded.key()), AsyncResponseTransformer.toBytes()).join()
                .asByteArray()).isEqualTo(content);
        assertThat(client().getObjectAcl(acl -> acl.bucket(BUCKET).key(uploaded.key())).join().grants())
                .extracting(grant -> grant.permission()).contains(Permission.FULL_CONTROL);
    }

    /** A Content-Encoding would have clients unpack what the name, the size and the checksum are about. */
    @ParameterizedTest
    @CsvSource({"JSON, false, application/json", "JSONL, false, application/x-ndjson", "JSON, true, application/gzip",
        "JSONL, true, application/gzip"})
    void theContentTypeIsThatOfTheBytesAsTheyAre(DatafileFormat format, boolean compression, String expected) {
        UploadedObject uploaded;
        try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(server)); ExportBucket bucket = open(buckets, "content-type");
                ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, new Datafiles(format, compression), UploadListener.NONE)) {
            writer.write(1);
            uploaded = writer.complete();
        }

        HeadObjectResponse head = client().headObject(object -> object.bucket(BUCKET).key(uploaded.key())).join();
        assertThat(head.contentType()).isEqualTo(expected);
        assertThat(head.contentEncoding()).isNull();
    }

    @Test
    void theProofIsEncryptedToo() {
        try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(server)); ExportBucket bucket = open(buckets, "proof")) {
            assertThat(bucket.region()).isEqualTo("us-east-1");
        }

        assertThat(client().headObject(object -> object.bucket(BUCKET).key("proof/.perms_validated.txt")).join().serverSideEncryption())
                .isEqualTo(ServerSideEncryption.AES256);
    }

    @Test
    void theBucketsDefaultEncryptionMeansNoHeader() {
        try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(server).withEncryption(Encryption.BUCKET_DEFAULT));
                ExportBucket bucket = open(buckets, "default")) {
            assertThat(bucket.uploadsLeftOpen()).isZero();
        }

        assertThat(client().headObject(object -> object.bucket(BUCKET).key("default/.perms_validated.txt")).join()
                .serverSideEncryption()).isNull();
    }

    @Test
    void anAbandonedUploadDoesNotStayOpenOnTheServer() {
        try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(server)); ExportBucket bucket = open(buckets, "abandoned")) {
            try (ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                writer.write(new byte[3 * PART]);
                assertThat(openUploads()).containsExactly(writer.key());
            }

            assertThat(openUploads()).isEmpty();
            assertThat(bucket.uploadsLeftOpen()).isZero();
        }
    }

    private static List<String> openUploads() {
        return client().listMultipartUploads(list -> list.bucket(BUCKET)).join().uploads().stream().map(upload -> upload.key()).toList();
    }

    private static ExportBucket open(S3Buckets buckets, String path) {
        return buckets.open("acme", new S3Destination(BUCKET, path), new RegionGroup("us-std", List.of("us-*")), () -> { });
    }

    private static S3AsyncClient client() {
        return reader;
    }
}
