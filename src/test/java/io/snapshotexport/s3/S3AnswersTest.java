package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.s3.ScriptedS3.Answer;
import io.snapshotexport.s3.ScriptedS3.Asked;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What S3 is documented to answer when a bucket is opened, and what becomes of it. */
class S3AnswersTest {

    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final WriteGuard ALWAYS = () -> { };

    @ParameterizedTest(name = "`{0}` is {1}")
    @CsvSource({"'', us-east-1", "EU, eu-west-1", "eu-central-1, eu-central-1", "null, us-east-1", "default, default"})
    void theLocationIsTheRegion(String location, String region) {
        try (ScriptedS3 s3 = new ScriptedS3(request -> request.isFor("GET", "?location") ? Answer.location(location) : Answer.OK);
                S3Buckets buckets = buckets(s3, 0); ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            assertThat(bucket.region()).isEqualTo(region);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"503, SlowDown", "500, InternalError", "502, BadGateway", "504, GatewayTimeout", "400, RequestTimeout", "400, ExpiredToken",
            "403, RequestTimeTooSkewed", "409, OperationAborted", "429, TooManyRequests", "400, BadDigest", "404, NoSuchUpload"})
    void whatMayPassIsTransient(int status, String code) {
        try (ScriptedS3 s3 = refusingWrites(Answer.error(status, code)); S3Buckets buckets = buckets(s3, 0)) {
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS))
                    .isInstanceOf(TransientExportException.class)
                    .hasMessage("S3 answered " + status + " " + code + " when the service tried to write `p/.perms_validated.txt`"
                            + " to bucket `shop`.");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"403, AccessDenied, grant it s3:PutObject on `arn:aws:s3:::shop/p/*`", "404, NoSuchBucket, create it",
            "301, PermanentRedirect, region", "403, AllAccessDisabled, AWS account", "403, InvalidAccessKeyId, operator",
            "400, InvalidBucketName, InvalidBucketName", "400, KMS.DisabledException, KMS.DisabledException",
            "405, MethodNotAllowed, MethodNotAllowed", "501, NotImplemented, encryption"})
    void whatWillNotPassIsPermanentAndSaysWhatToDo(int status, String code, String advice) {
        try (ScriptedS3 s3 = refusingWrites(Answer.error(status, code)); S3Buckets buckets = buckets(s3, 0)) {
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS))
                    .isInstanceOf(PermanentExportException.class)
                    .hasMessageContaining("`shop`")
                    .hasMessageContaining(advice)
                    .hasMessageNotContaining(s3.endpoint().getAuthority());
        }
    }

    @Test
    void aRegionThatMayNotBeAskedForNamesThePermission() {
        try (ScriptedS3 s3 = new ScriptedS3(request -> Answer.error(403, "AccessDenied")); S3Buckets buckets = buckets(s3, 0)) {
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS))
                    .isInstanceOf(PermanentExportException.class)
                    .hasMessageContaining("s3:GetBucketLocation")
                    .hasMessageContaining("`arn:aws:s3:::shop`");
            assertThat(s3.asked()).hasSize(1);
        }
    }

    @Test
    void aClosedConnectionIsTransient() {
        try (ScriptedS3 s3 = refusingWrites(Answer.HANG_UP); S3Buckets buckets = buckets(s3, 0)) {
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)).isInstanceOf(TransientExportException.class);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"400, AccessControlListNotSupported", "403, AccessDenied", "501, NotImplemented"})
    void whereTheBucketTakesNoAclNoObjectCarriesOne(int status, String code) {
        Answer refusal = Answer.error(status, code);
        try (ScriptedS3 s3 = new ScriptedS3(request -> request.header().apply("x-amz-acl") != null ? refusal : ScriptedS3.well(request));
                S3Buckets buckets = buckets(s3, 0); ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS);
                ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            writer.write('[');
            writer.complete();

            assertThat(s3.asked()).extracting(asked -> asked.header().apply("x-amz-acl"))
                    .containsExactly(null, "bucket-owner-full-control", null, null);
        }
    }

    @Test
    void whatWaitsFailsAtOnceWhenAThreadOfTheConnectionsDiesAndTheNextExportGetsNewOnes() {
        CompletableFuture<Answer> held = new CompletableFuture<>();
        CompletableFuture<S3Buckets> writing = new CompletableFuture<>();
        Function<Asked, Answer> script = request -> {
            if (!request.isFor("PUT", "/collections/")) {
                return ScriptedS3.well(request);
            }
            writing.join().workingClients().connections().threads().next().shutdownGracefully(0, 0, TimeUnit.SECONDS);
            return held.join();
        };
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 3)) {
            writing.complete(buckets);
            try (ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS);
                    ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                assertThatThrownBy(writer::complete).isInstanceOf(TransientExportException.class).hasMessageContaining("lost a thread");
            } finally {
                held.complete(Answer.OK);
            }

            try (ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
                assertThat(bucket.region()).isEqualTo("us-east-1");
            }
        }
    }

    @Test
    void aRepetitionOfTheClientAsksTheGuardAgain() {
        AtomicInteger checks = new AtomicInteger();
        IllegalStateException gone = new IllegalStateException("lease gone");
        WriteGuard guard = () -> {
            // By the call, before the transmission, before the body.
            if (checks.incrementAndGet() == 4) {
                throw gone;
            }
        };
        try (ScriptedS3 s3 = refusingWrites(Answer.error(503, "SlowDown")); S3Buckets buckets = buckets(s3, 5)) {
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, guard)).isSameAs(gone);
            assertThat(s3.asked()).filteredOn(asked -> asked.method().equals("PUT")).hasSize(1);
        }
    }

    private static S3Buckets buckets(ScriptedS3 s3, int retries) {
        return new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(retries));
    }

    private static ScriptedS3 refusingWrites(Answer refusal) {
        return new ScriptedS3(request -> request.method().equals("GET") ? ScriptedS3.well(request) : refusal);
    }
}
