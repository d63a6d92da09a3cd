package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.s3.ScriptedS3.Answer;
import io.snapshotexport.s3.ScriptedS3.Asked;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What S3 refuses it may refuse at any moment of an export: rights, credentials, buckets and uploads end while files are written. */
class S3RefusalsTest {

    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final String ELSEWHERE = "s3.eu-west-1.example";

    /** The moment. */
    enum Moment {
        LOCATION("GET", "?location"),
        PROOF("PUT", "/.perms_validated.txt"),
        SMALL_FILE("PUT", "/collections/"),
        BEGIN("POST", "?uploads"),
        PART("PUT", "partNumber=1"),
        COMPLETE("POST", "?uploadId=u"),
        MANIFEST("PUT", "/manifest.json");

        private final String method;
        private final String inUri;

        Moment(String method, String inUri) {
            this.method = method;
            this.inUri = inUri;
        }

        boolean is(Asked request) {
            return request.isFor(method, inUri);
        }
    }

    /** One that tells, as S3 does, where to go instead. */
    private record Refusal(int status, String code, String meaning) {

        Answer answer() {
            String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>expecting eu-west-1</Message>"
                    + "<Endpoint>shop." + ELSEWHERE + "</Endpoint><Region>eu-west-1</Region><RequestId>1</RequestId></Error>";
            return status / 100 == 3
                    ? new Answer(status, body, "Content-Type", "application/xml", "x-amz-bucket-region", "eu-west-1",
                            "Location", "http://" + ELSEWHERE + "/")
                    : new Answer(status, body, "Content-Type", "application/xml");
        }

        @Override
        public String toString() {
            return status + " " + code;
        }
    }

    private static Stream<Arguments> atEveryMoment(Refusal... refusals) {
        return Arrays.stream(Moment.values()).flatMap(moment -> Arrays.stream(refusals).map(refusal -> Arguments.of(moment, refusal)));
    }

    static Stream<Arguments> passing() {
        return atEveryMoment(new Refusal(503, "SlowDown", "too fast"), new Refusal(500, "InternalError", "S3's own"),
                new Refusal(400, "ExpiredToken", "credentials being renewed"), new Refusal(403, "RequestTimeTooSkewed", "clocks"),
                new Refusal(400, "RequestTimeout", "a slow line"), new Refusal(400, "InvalidPart", "parts that somebody else aborted"),
                new Refusal(404, "NoSuchUpload", "an upload that somebody else ended"));
    }

    static Stream<Arguments> lasting() {
        return atEveryMoment(new Refusal(403, "AccessDenied", "grant it"), new Refusal(404, "NoSuchBucket", "create it"),
                new Refusal(301, "PermanentRedirect", "another region"), new Refusal(307, "TemporaryRedirect", "another region"),
                new Refusal(400, "AuthorizationHeaderMalformed", "credentials or region"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("passing")
    void thatMayPassAreTransient(Moment moment, Refusal refusal) {
        try (ScriptedS3 s3 = refusing(moment, refusal)) {
            assertThatThrownBy(() -> exportTo(s3)).isInstanceOf(TransientExportException.class)
                    .hasMessageStartingWith("S3 answered " + refusal + " when the service tried to ").hasMessageContaining("`shop`");
            assertThatNothingIsLeft(s3, moment);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("lasting")
    void thatWillNotPassArePermanentAndNobodyGoesWhereTheyPoint(Moment moment, Refusal refusal) {
        try (ScriptedS3 s3 = refusing(moment, refusal)) {
            assertThatThrownBy(() -> exportTo(s3)).isInstanceOf(PermanentExportException.class)
                    .hasMessageContainingAll(refusal.meaning(), "`shop`").hasMessageNotContaining(ELSEWHERE);
            assertThatNothingIsLeft(s3, moment);
        }
    }

    /** Whoever wrote has no answer, and cannot know what has arrived. */
    @ParameterizedTest
    @EnumSource
    void aConnectionThatIsResetIsTransient(Moment moment) throws IOException {
        try (ScriptedS3 s3 = new ScriptedS3(ScriptedS3::well);
                ResettingS3 way = new ResettingS3(s3.endpoint(), head -> head.startsWith(moment.method + " ") && head.contains(moment.inUri))) {
            assertThatThrownBy(() -> exportTo(way.endpoint())).isInstanceOf(TransientExportException.class)
                    .hasMessageStartingWith("S3 did not answer while the service tried to ").hasMessageContaining("`shop`");
            assertThat(way.resets()).isPositive();
            assertThatNothingIsLeft(s3, moment);
        }
    }

    private static ScriptedS3 refusing(Moment moment, Refusal refusal) {
        return new ScriptedS3(request -> moment.is(request) ? refusal.answer() : ScriptedS3.well(request));
    }

    private static void exportTo(ScriptedS3 s3) {
        exportTo(s3.endpoint());
    }

    /** A small file, a large one, the manifest. */
    private static void exportTo(URI endpoint) {
        try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(endpoint, "any", "any", Encryption.AES256).withRetries(0));
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, () -> { })) {
            write(bucket, 0, 1);
            write(bucket, 1, S3TestConfig.PART_SIZE + 1);
            bucket.writeManifest(new Manifest(new ExportId(4711), Instant.EPOCH, Datafiles.DEFAULT, DocumentFormat.SIMPLE, List.of(), List.of(),
                    Map.of()));
        }
    }

    private static void write(ExportBucket bucket, int index, int bytes) {
        try (ObjectWriter writer = bucket.newCollectionFile("Product", 0, index, Datafiles.DEFAULT, UploadListener.NONE)) {
            writer.write(new byte[bytes]);
            writer.complete();
        }
    }

    /** The end of an upload that was begun comes last: nothing else becomes of the export. */
    private static void assertThatNothingIsLeft(ScriptedS3 s3, Moment moment) {
        boolean uploading = moment == Moment.PART || moment == Moment.COMPLETE;
        assertThat(s3.asked()).filteredOn(asked -> asked.isFor("DELETE", "uploadId=u")).hasSize(uploading ? 1 : 0);
        if (uploading) {
            assertThat(s3.asked().get(s3.asked().size() - 1).method()).isEqualTo("DELETE");
        }
        assertThat(s3.asked()).noneMatch(asked -> moment != Moment.MANIFEST && Moment.MANIFEST.is(asked))
                .noneMatch(asked -> moment == Moment.PART && Moment.COMPLETE.is(asked));
    }
}
