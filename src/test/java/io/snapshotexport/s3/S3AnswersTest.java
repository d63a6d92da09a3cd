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
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What S3 is documented to answer, and what becomes of it. */
class S3AnswersTest {

    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final WriteGuard ALWAYS = () -> { };
    private static final int PART = S3TestConfig.PART_SIZE;

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
        try (ScriptedS3 s3 = new ScriptedS3(request -> request.header().apply("x-amz-acl") != null ? refusal : answer(request));
                S3Buckets buckets = buckets(s3, 0); ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS);
                ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            writer.write('[');
            writer.complete();

            assertThat(s3.asked()).extracting(asked -> asked.header().apply("x-amz-acl"))
                    .containsExactly(null, "bucket-owner-full-control", null, null);
        }
    }

    @Test
    void aMultipartUploadIsBegunEncryptedAndWithTheAcl() {
        try (ScriptedS3 s3 = new ScriptedS3(S3AnswersTest::answer); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS);
                ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            writer.write(new byte[PART + 1]);
            assertThat(writer.complete().etag()).isEqualTo("e-2");

            Asked begin = s3.asked().stream().filter(asked -> asked.isFor("POST", "?uploads")).findFirst().orElseThrow();
            assertThat(begin.header().apply("x-amz-server-side-encryption")).isEqualTo("AES256");
            assertThat(begin.header().apply("x-amz-acl")).isEqualTo("bucket-owner-full-control");
            assertThat(begin.header().apply("Content-type")).isEqualTo("application/json");
            assertThat(s3.asked()).extracting(Asked::method).as("nothing is listed, read or deleted").containsOnly("GET", "PUT", "POST");
        }
    }

    @Test
    void anUploadThatMayNotBeAbortedIsCounted() {
        Function<Asked, Answer> script = request -> request.method().equals("DELETE") ? Answer.error(403, "AccessDenied") : answer(request);
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE);
            writer.write(new byte[PART + 1]);

            writer.close();
            writer.close();

            assertThat(bucket.uploadsLeftOpen()).isEqualTo(1);
        }
    }

    @Test
    void anAbortIsTriedAgainAndAnUploadThatIsGoneNeedsNone() {
        AtomicInteger aborts = new AtomicInteger();
        Function<Asked, Answer> script = request -> !request.method().equals("DELETE") ? answer(request)
                : aborts.incrementAndGet() == 1 ? Answer.error(503, "SlowDown") : Answer.error(404, "NoSuchUpload");
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 3);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            try (ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                writer.write(new byte[PART + 1]);
            }

            assertThat(aborts).hasValue(2);
            assertThat(bucket.uploadsLeftOpen()).isZero();
        }
    }

    @Test
    void aPartThatFailsFailsTheObjectAndAbortsIt() {
        Function<Asked, Answer> script = request -> request.isFor("PUT", "partNumber=2") ? Answer.error(503, "SlowDown") : answer(request);
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE);

            assertThatThrownBy(() -> {
                writer.write(new byte[5 * PART]);
                writer.complete();
            }).isInstanceOf(TransientExportException.class).hasMessageContaining("503 SlowDown");

            writer.close();
            assertThat(s3.asked().get(s3.asked().size() - 1)).matches(last -> last.isFor("DELETE", "uploadId=u"));
            assertThat(s3.asked()).noneMatch(asked -> asked.isFor("POST", "?uploadId=u"));
        }
    }

    /** S3 may have said 200 before it knew. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"400, InvalidPart", "400, InvalidPartOrder", "404, NoSuchUpload", "503, SlowDown", "500, InternalError", "200, InternalError",
            "200, SlowDown"})
    void aCompletionThatFailsIsTransientAndTheUploadIsAborted(int status, String code) {
        Function<Asked, Answer> script = request -> request.isFor("POST", "?uploadId=u") ? Answer.error(status, code) : answer(request);
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            try (ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                writer.write(new byte[PART + 1]);

                assertThatThrownBy(writer::complete).isInstanceOf(TransientExportException.class).hasMessageContaining(code);
            }
            assertThat(s3.asked().get(s3.asked().size() - 1)).matches(last -> last.isFor("DELETE", "uploadId=u"));
        }
    }

    @Test
    void manySmallFilesAreOverwrittenSideBySideAndAFailureEndsThat() {
        AtomicInteger puts = new AtomicInteger();
        Function<Asked, Answer> script = request -> request.isFor("PUT", "Gone_03_") && puts.incrementAndGet() == 150
                ? Answer.error(503, "SlowDown") : answer(request);
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            byte[] content = "[]".getBytes(StandardCharsets.US_ASCII);

            assertThat(bucket.overwrite(gone(100), Datafiles.DEFAULT, content)).isEqualTo(100);
            assertThat(s3.asked()).filteredOn(asked -> asked.isFor("PUT", "/p/collections/Gone/Gone_03_")).hasSize(100)
                    .allSatisfy(asked -> assertThat(asked.body()).isEqualTo("[]"));
            assertThatThrownBy(() -> bucket.overwrite(gone(100), Datafiles.DEFAULT, content)).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("503 SlowDown");
        }
    }

    private static Iterator<CollectionFile> gone(int count) {
        return IntStream.range(0, count).mapToObj(index -> new CollectionFile("Gone", 3, index)).iterator();
    }

    @Test
    void whatWaitsFailsAtOnceWhenAThreadOfTheConnectionsDiesAndTheNextExportGetsNewOnes() {
        CompletableFuture<Answer> held = new CompletableFuture<>();
        CompletableFuture<S3Buckets> writing = new CompletableFuture<>();
        Function<Asked, Answer> script = request -> {
            if (!request.isFor("PUT", "/collections/")) {
                return answer(request);
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

    @Test
    void aRoleIsAssumedAndSignedFor() {
        String credentials = "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"
                + "<AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token</SessionToken>"
                + "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
        try (ScriptedS3 sts = new ScriptedS3(request -> new Answer(200, credentials, "Content-Type", "text/xml"));
                ScriptedS3 s3 = new ScriptedS3(S3AnswersTest::answer)) {
            System.setProperty("aws.endpointUrlSts", sts.endpoint().toString());
            try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(s3.endpoint(), "own", "own", Encryption.AES256)
                    .withRole("arn:aws:iam::123456789012:role/exporter", "ext-1"));
                    ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
                assertThat(bucket.region()).isEqualTo("us-east-1");
            } finally {
                System.clearProperty("aws.endpointUrlSts");
            }

            assertThat(sts.asked()).hasSize(1);
            assertThat(sts.asked().get(0).body()).contains("RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fexporter",
                    "ExternalId=ext-1");
            assertThat(s3.asked()).allMatch(asked -> asked.header().apply("Authorization").contains("Credential=ASSUMED/")
                    && "token".equals(asked.header().apply("x-amz-security-token")));
        }
    }

    @Test
    void aRoleThatMayNotBeAssumedIsTheOperatorsAffair() {
        String refusal = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
                + "<Type>Sender</Type><Code>AccessDenied</Code>"
                + "<Message>no</Message></Error></ErrorResponse>";
        try (ScriptedS3 sts = new ScriptedS3(request -> new Answer(403, refusal, "Content-Type", "text/xml"));
                ScriptedS3 s3 = new ScriptedS3(S3AnswersTest::answer)) {
            System.setProperty("aws.endpointUrlSts", sts.endpoint().toString());
            try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(s3.endpoint(), "own", "own", Encryption.AES256)
                    .withRole("arn:aws:iam::123456789012:role/exporter", "ext-1"))) {
                assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS))
                        .isInstanceOf(PermanentExportException.class)
                        .hasMessageContaining("role");
            } finally {
                System.clearProperty("aws.endpointUrlSts");
            }
        }
    }

    private static S3Buckets buckets(ScriptedS3 s3, int retries) {
        return new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(retries));
    }

    private static ScriptedS3 refusingWrites(Answer refusal) {
        return new ScriptedS3(request -> request.method().equals("GET") ? answer(request) : refusal);
    }

    /** S3 as it is when all is well. */
    static Answer answer(Asked request) {
        if (request.isFor("GET", "?location")) {
            return Answer.location("");
        }
        if (request.isFor("POST", "?uploads")) {
            return new Answer(200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
        }
        if (request.isFor("POST", "?uploadId=u")) {
            return new Answer(200, "<CompleteMultipartUploadResult><ETag>\"e-2\"</ETag></CompleteMultipartUploadResult>");
        }
        return Answer.OK;
    }
}
