package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.embedded.S3ProxyServer;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the server that checks signatures and knows neither ACLs nor encryption. */
class S3BucketsTest {

    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final RegionGroup EUROPE = new RegionGroup("eu-std", List.of("eu-*", "il-central-1"));
    private static final WriteGuard ALWAYS = () -> { };

    @TempDir
    static Path directory;
    private static S3ProxyServer server;
    private static S3Buckets buckets;

    @BeforeAll
    static void start() {
        server = S3ProxyServer.start(directory);
        server.createBucket("shop");
        buckets = new S3Buckets(S3TestConfig.of(server));
    }

    @AfterAll
    static void stop() {
        buckets.close();
        server.close();
    }

    @Test
    void openingABucketProvesThatItCanBeWritten() {
        try (ExportBucket bucket = buckets.open("acme", new S3Destination("shop", "/proof/today/"), ANYWHERE, ALWAYS)) {
            assertThat(bucket.region()).isEqualTo("us-east-1");
        }

        assertThat(directory.resolve("shop/proof/today/.perms_validated.txt")).isNotEmptyFile();
    }

    @Test
    void aBucketInAForbiddenRegionIsRefusedBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> buckets.open("acme", new S3Destination("shop", "forbidden"), EUROPE, ALWAYS))
                .isInstanceOf(PermanentExportException.class)
                .hasMessage("The bucket `shop` lies in the region `us-east-1`, but databases of the region group `eu-std` are exported"
                        + " only to buckets in `eu-*`, `il-central-1`; name a bucket there.");
        assertThat(directory.resolve("shop/forbidden")).doesNotExist();
    }

    @Test
    void aMissingBucketIsNamedWithWhatToDo() {
        assertThatThrownBy(() -> buckets.open("acme", new S3Destination("no-such-bucket", "p"), ANYWHERE, ALWAYS))
                .isInstanceOf(PermanentExportException.class)
                .hasMessage("The bucket `no-such-bucket` does not exist; create it, or name another one in `destination`.");
    }

    @Test
    void aWrongSecretIsTheOperatorsAffair() {
        try (S3Buckets wrong = new S3Buckets(S3TestConfig.of(server).withSecret("not-the-secret"))) {
            assertThatThrownBy(() -> wrong.open("acme", new S3Destination("shop", "p"), ANYWHERE, ALWAYS))
                    .isInstanceOf(PermanentExportException.class)
                    .hasMessageContaining("SignatureDoesNotMatch")
                    .hasMessageContaining("operator")
                    .hasMessageNotContaining("not-the-secret");
        }
    }

    @Test
    void anEncryptionThatTheServerDoesNotKnowIsNamed() {
        try (S3Buckets encrypting = new S3Buckets(S3TestConfig.of(server).withEncryption(Encryption.AES256))) {
            assertThatThrownBy(() -> encrypting.open("acme", new S3Destination("shop", "encrypted"), ANYWHERE, ALWAYS))
                    .isInstanceOf(PermanentExportException.class)
                    .hasMessageContaining("`snapshot-export.s3.encryption`");
        }
    }

    @Test
    void aWriterWithoutALeaseDoesNotEvenProve() {
        IllegalStateException gone = new IllegalStateException("lease gone");

        assertThatThrownBy(() -> buckets.open("acme", new S3Destination("shop", "gone"), ANYWHERE, () -> {
            throw gone;
        })).isSameAs(gone);
        assertThat(directory.resolve("shop/gone")).doesNotExist();
    }

    @Test
    void theManifestListsWhatWasWritten() {
        try (ExportBucket bucket = buckets.open("acme", new S3Destination("shop", "whole"), ANYWHERE, ALWAYS);
                ObjectWriter file = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            file.write('[');
            file.write(']');
            UploadedObject uploaded = file.complete();

            bucket.writeManifest(new Manifest(new ExportId(7), Instant.EPOCH, Datafiles.DEFAULT, DocumentFormat.SIMPLE,
                    List.of(new Manifest.DataFile(uploaded, 0)), List.of(new Manifest.Collection("Product", 0, 2, 1)), Map.of()));

            assertThat(directory.resolve("shop/whole/manifest.json"))
                    .hasContent("{\"export_id\":\"7\",\"snapshot_ts\":\"1970-01-01T00:00:00.000000Z\","
                    + "\"datafile_compression\":false,\"datafile_format\":\"json\",\"document_format\":\"simple\",\"object_count\":1,"
                    + "\"object_keys\":[\"whole/collections/Product/Product_00_000000.json\"],"
                    + "\"objects\":[{\"key\":\"whole/collections/Product/Product_00_000000.json\",\"documents\":0,\"bytes\":2,\"crc32c\":\""
                    + uploaded.crc32c() + "\",\"etag\":\"d751713988987e9331980363e24189ce\"}],"
                    + "\"collections\":[{\"name\":\"Product\",\"documents\":0,\"bytes\":2,\"files\":1}],\"source\":{}}");
        }
    }

    @Test
    void halfACredentialAndAPartThatS3WouldRefuseAreConfigurationErrors() {
        S3TestConfig config = S3TestConfig.of(server);

        assertThatThrownBy(() -> new S3Buckets(config.withPartSize(5 * 1024 * 1024 - 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("part-size");
        assertThatThrownBy(() -> new S3Buckets(config.withSecret(null)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("secret-access-key");
    }
}
