package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.s3.S3RequestListener.Outcome;
import io.snapshotexport.s3.S3RequestListener.Request;
import io.snapshotexport.s3.ScriptedS3.Answer;
import io.snapshotexport.s3.ScriptedS3.Asked;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every request is told of once, with what came of it. */
class RequestObserverTest {

    private static final Answer BEGUN = new Answer(200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
            "Content-Type", "application/xml");
    private static final Answer FINISHED = new Answer(200, "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>",
            "Content-Type", "application/xml");

    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final AtomicBoolean lease = new AtomicBoolean(true);

    private record Told(Request request, Outcome outcome, int retries) {

        static Told of(Request request) {
            return new Told(request, Outcome.SUCCESS, 0);
        }
    }

    private void tell(Request request, Outcome outcome, int retries, Duration took) {
        assertThat(took).isPositive();
        told.add(new Told(request, outcome, retries));
    }

    private static Answer answer(Asked asked) {
        if (asked.isFor("GET", "?location")) {
            return Answer.location("");
        }
        if (asked.isFor("POST", "?uploads")) {
            return BEGUN;
        }
        return asked.isFor("POST", "uploadId") ? FINISHED : Answer.OK;
    }

    private S3Buckets buckets(ScriptedS3 s3, int retries) {
        return new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(retries), new UploadCounts(), this::tell);
    }

    private ExportBucket open(S3Buckets buckets) {
        return buckets.open("acme", new S3Destination("shop", "p"), new RegionGroup("us-std", List.of("*")), () -> {
            if (!lease.get()) {
                throw new IllegalStateException("the lease is lost");
            }
        });
    }

    private static ObjectWriter file(ExportBucket bucket) {
        return bucket.newCollectionFile("Product", 0, 0, Datafiles.DEFAULT, UploadListener.NONE);
    }

    @Test
    void requestsAreToldByWhatWasAskedFor() {
        try (ScriptedS3 s3 = new ScriptedS3(RequestObserverTest::answer); S3Buckets buckets = buckets(s3, 0); ExportBucket bucket = open(buckets)) {
            assertThat(told).containsExactly(Told.of(Request.CHECK), Told.of(Request.CHECK));
            told.clear();

            try (ObjectWriter small = file(bucket)) {
                small.write('x');
                small.complete();
            }
            assertThat(told).containsExactly(Told.of(Request.PUT));
            told.clear();

            try (ObjectWriter large = file(bucket)) {
                large.write(new byte[S3TestConfig.PART_SIZE + 1]);
                large.complete();
            }
            assertThat(told).containsExactlyInAnyOrder(Told.of(Request.BEGIN), Told.of(Request.PART), Told.of(Request.PART), Told.of(Request.FINISH));
            told.clear();

            try (ObjectWriter given = file(bucket)) {
                given.write(new byte[S3TestConfig.PART_SIZE + 1]);
            }
            assertThat(told).contains(Told.of(Request.BEGIN), Told.of(Request.ABORT));
        }
    }

    @Test
    void aRequestThatIsRepeatedIsOneRequest() {
        AtomicInteger puts = new AtomicInteger();
        Function<Asked, Answer> script = asked -> asked.isFor("PUT", "Product") && puts.incrementAndGet() < 3
                ? Answer.error(503, "SlowDown") : answer(asked);
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 4); ExportBucket bucket = open(buckets);
                ObjectWriter file = file(bucket)) {
            file.write('x');
            file.complete();

            assertThat(told).containsExactly(Told.of(Request.CHECK), Told.of(Request.CHECK), new Told(Request.PUT, Outcome.SUCCESS, 2));
        }
    }

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({"503, SlowDown, UNAVAILABLE, 1", "500, InternalError, UNAVAILABLE, 1", "403, AccessDenied, REFUSED, 0",
            "404, NoSuchBucket, REFUSED, 0", "0, hung up, NO_ANSWER, 1"})
    void failuresAreToldApart(int status, String code, Outcome outcome, int retries) {
        Function<Asked, Answer> script = asked -> !asked.isFor("PUT", "Product") ? answer(asked)
                : status == 0 ? Answer.HANG_UP : Answer.error(status, code);
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 1); ExportBucket bucket = open(buckets);
                ObjectWriter file = file(bucket)) {
            told.clear();
            file.write('x');
            assertThatThrownBy(file::complete).isNotNull();

            assertThat(told).containsExactly(new Told(Request.PUT, outcome, retries));
        }
    }

    /** Between two tries: nothing more is sent, and it is not S3's fault. */
    @Test
    void whatTheLeaseForbidsIsCancelled() {
        Function<Asked, Answer> script = asked -> {
            if (!asked.isFor("PUT", "Product")) {
                return answer(asked);
            }
            lease.set(false);
            return Answer.error(503, "SlowDown");
        };
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3, 4); ExportBucket bucket = open(buckets);
                ObjectWriter file = file(bucket)) {
            told.clear();
            file.write('x');
            assertThatThrownBy(file::complete).hasMessage("the lease is lost");

            assertThat(told).containsExactly(new Told(Request.PUT, Outcome.CANCELLED, 0));
        }
    }
}
