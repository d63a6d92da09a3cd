package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.snapshotexport.embedded.Aside;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.s3.ScriptedS3.Answer;
import io.snapshotexport.s3.ScriptedS3.Asked;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When one of many small writes fails, the others are on their way: none may come later than what the next attempt writes to the same place. */
@Timeout(60)
class FailedOverwriteTest {

    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final byte[] EMPTY = {'[', ']'};

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(3);
    private final AtomicBoolean followed = new AtomicBoolean();

    @AfterEach
    void letGo() {
        release.countDown();
    }

    /** The first is refused when the others have arrived, which nobody answers. */
    private Answer answer(Asked asked) {
        if (asked.isFor("PUT", "/Gone_03_000000")) {
            waitFor(held);
            return Answer.error(503, "SlowDown");
        }
        if (asked.isFor("PUT", "/Gone_03_")) {
            held.countDown();
            waitFor(release);
        }
        return ScriptedS3.well(asked);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void whileOverwriting(Consumer<CompletableFuture<Long>> test) {
        try (ScriptedS3 s3 = new ScriptedS3(this::answer);
                S3Buckets buckets = new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(0))) {
            test.accept(Aside.supply(() -> overwrite(buckets)));
        }
    }

    private long overwrite(S3Buckets buckets) {
        try (ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, guard())) {
            return bucket.overwrite(IntStream.range(0, 4).mapToObj(index -> new CollectionFile("Gone", 3, index)).iterator(), Datafiles.DEFAULT,
                    EMPTY);
        }
    }

    private WriteGuard guard() {
        return new WriteGuard() {
            @Override
            public void check() {
                // It still may.
            }

            @Override
            public void mayBeFollowed() {
                followed.set(true);
            }
        };
    }

    @Test
    void theFailureIsNotToldBeforeTheyHaveArrived() {
        whileOverwriting(overwriting -> {
            waitFor(held);
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(2)).until(() -> !overwriting.isDone());

            release.countDown();

            assertThatThrownBy(() -> overwriting.get(3, TimeUnit.SECONDS)).hasCauseInstanceOf(TransientExportException.class)
                    .hasMessageContaining("503 SlowDown");
            assertThat(followed).isFalse();
        });
    }

    /** They are given up, and whoever asked for them is told that they may come later. */
    @Test
    void aServerThatSaysNothingIsNotWaitedForLong() {
        whileOverwriting(overwriting -> {
            waitFor(held);
            long begun = System.nanoTime();

            assertThatThrownBy(() -> overwriting.get(15, TimeUnit.SECONDS)).hasCauseInstanceOf(TransientExportException.class)
                    .hasMessageContaining("503 SlowDown");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(3));
            assertThat(followed).isTrue();
        });
    }
}
