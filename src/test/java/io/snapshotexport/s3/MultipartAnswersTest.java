package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.s3.ScriptedS3.Answer;
import io.snapshotexport.s3.ScriptedS3.Asked;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What S3 is documented to answer to uploads, and what becomes of them. */
class MultipartAnswersTest {

    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final WriteGuard ALWAYS = () -> { };
    private static final int PART = S3TestConfig.PART_SIZE;
    private static final String FILE = "/shop/p/collections/Product/Product_00_000000.json";

    @Test
    void aMultipartUploadIsBegunEncryptedAndWithTheAcl() {
        try (ScriptedS3 s3 = new ScriptedS3(ScriptedS3::well); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS);
                ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
            writer.write(new byte[PART + 1]);
            assertThat(writer.complete().etag()).isEqualTo("e-2");

            Asked begin = s3.asked().stream().filter(asked -> asked.isFor("POST", "?uploads")).findFirst().orElseThrow();
            assertThat(begin.header().apply("x-amz-server-side-encryption")).isEqualTo("AES256");
            assertThat(begin.header().apply("x-amz-acl")).isEqualTo("bucket-owner-full-control");
            assertThat(begin.header().apply("Content-type")).isEqualTo("application/json");
            assertThat(s3.asked()).extracting(asked -> asked.method() + " " + asked.uri().replaceFirst("&x-id=.*|\\?x-id=.*", ""))
                    .as("nothing is listed, read or deleted").containsExactlyInAnyOrder("GET /shop?location", "PUT /shop/p/.perms_validated.txt",
                            "POST " + FILE + "?uploads", "PUT " + FILE + "?partNumber=1&uploadId=u", "PUT " + FILE + "?partNumber=2&uploadId=u",
                            "POST " + FILE + "?uploadId=u");
        }
    }

    @Test
    void noPartIsSentOfAnUploadThatMayNotHoldAnyYet() {
        UploadListener lost = new UploadListener() {
            @Override
            public void begun(String uploadId) {
                assertThat(uploadId).isEqualTo("u");
                throw new CancellationException("the log does not answer");
            }

            @Override
            public void ended() {
            }
        };
        try (ScriptedS3 s3 = new ScriptedS3(ScriptedS3::well); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            try (ObjectWriter writer = bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, lost)) {
                assertThatThrownBy(() -> writer.write(new byte[PART + 1])).isInstanceOf(CancellationException.class);
            }

            assertThat(s3.asked()).filteredOn(asked -> asked.uri().startsWith(FILE)).extracting(Asked::method).containsExactly("POST", "DELETE");
        }
    }

    @Test
    void anUploadThatMayNotBeAbortedIsCounted() {
        Function<Asked, Answer> script = request -> request.method().equals("DELETE") ? Answer.error(403, "AccessDenied") : ScriptedS3.well(request);
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
    void uploadsOfOthersThatAreNotAbortedAreNamedAndMayBeTriedAgain() {
        AtomicInteger aborts = new AtomicInteger();
        Function<Asked, Answer> script = request -> request.isFor("DELETE", "uploadId=late") && aborts.incrementAndGet() < 3
                ? Answer.error(403, "AccessDenied") : ScriptedS3.well(request);
        OpenUpload soon = new OpenUpload("Product", 0, 0, "soon");
        OpenUpload late = new OpenUpload("Product", 1, 0, "late");
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            assertThat(bucket.abort(List.of(late, soon), Datafiles.DEFAULT, () -> false)).containsExactly(late);
            assertThat(bucket.abort(List.of(late), Datafiles.DEFAULT, () -> false)).containsExactly(late);
            assertThat(bucket.uploadsLeftOpen()).isEqualTo(1);

            assertThat(bucket.abort(List.of(late), Datafiles.DEFAULT, () -> false)).isEmpty();
            assertThat(bucket.uploadsLeftOpen()).isZero();
        }
    }

    @Test
    void uploadsOfOthersAreAbortedSideBySideAndNoFurtherOneAfterAStop() {
        CountDownLatch some = new CountDownLatch(10);
        AtomicBoolean stop = new AtomicBoolean();
        Function<Asked, Answer> script = request -> {
            if (request.method().equals("DELETE")) {
                some.countDown();
                stop.set(waited(some));
            }
            return ScriptedS3.well(request);
        };
        List<OpenUpload> uploads = IntStream.range(0, OpenUpload.MOST).mapToObj(i -> new OpenUpload("Product", 0, i, "u" + i)).toList();
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 0);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
            List<OpenUpload> left = bucket.abort(uploads, Datafiles.DEFAULT, stop::get);

            assertThat(stop).as("ten were on their way at once").isTrue();
            int aborted = (int) s3.asked().stream().filter(asked -> asked.method().equals("DELETE")).count();
            assertThat(aborted).isBetween(10, 100);
            assertThat(left).isEqualTo(uploads.subList(aborted, uploads.size()));
        }
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anAbortIsTriedAgainAndAnUploadThatIsGoneNeedsNone() {
        AtomicInteger aborts = new AtomicInteger();
        Function<Asked, Answer> script = request -> !request.method().equals("DELETE") ? ScriptedS3.well(request)
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
        Function<Asked, Answer> script = request -> request.isFor("PUT", "partNumber=2") ? Answer.error(503, "SlowDown") : ScriptedS3.well(request);
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
        Function<Asked, Answer> script = request -> request.isFor("POST", "?uploadId=u") ? Answer.error(status, code) : ScriptedS3.well(request);
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
                ? Answer.error(503, "SlowDown") : ScriptedS3.well(request);
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

    private static S3Buckets buckets(ScriptedS3 s3, int retries) {
        return new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(retries));
    }
}
