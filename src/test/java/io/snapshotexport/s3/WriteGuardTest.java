package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.embedded.Aside;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.s3.ScriptedS3.Answer;
import io.snapshotexport.s3.ScriptedS3.Asked;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a writer that may not write any more, or shall not wait any longer, still does. */
class WriteGuardTest {

    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));

    private static Answer answer(Asked asked) {
        return asked.isFor("GET", "?location") ? Answer.location("") : Answer.OK;
    }

    private static S3Buckets buckets(ScriptedS3 s3) {
        return new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(0)
                .withAttemptTimeout(Duration.ofSeconds(60)));
    }

    /** The check of the call and the one before the transmission are passed; the connection comes later. */
    @Test
    void aLeaseThatEndsWhileAConnectionIsAwaitedSendsNothing() {
        IllegalStateException gone = new IllegalStateException("lease gone");
        AtomicReference<String> caller = new AtomicReference<>();
        WriteGuard guard = () -> {
            boolean sending = StackWalker.getInstance().walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("subscribe")));
            if (sending) {
                caller.set(Thread.currentThread().getName());
                throw gone;
            }
        };
        try (ScriptedS3 s3 = new ScriptedS3(WriteGuardTest::answer); S3Buckets buckets = buckets(s3)) {
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, guard)).isSameAs(gone);

            assertThat(s3.asked()).noneMatch(asked -> asked.method().equals("PUT"));
            assertThat(caller.get()).as("the thread of the connection").isNotEqualTo(Thread.currentThread().getName());
        }
    }

    @Timeout(30)
    @ParameterizedTest
    @ValueSource(strings = {"?location", "perms_validated"})
    void whoShallStopDoesNotWaitForAServerThatSaysNothing(String silent) {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Void> stop = new CompletableFuture<>();
        WriteGuard guard = new WriteGuard() {
            @Override
            public void check() {
                // It still may.
            }

            @Override
            public CompletableFuture<Void> stop() {
                return stop;
            }
        };
        try (ScriptedS3 s3 = new ScriptedS3(asked -> {
            if (asked.uri().contains(silent)) {
                arrived.countDown();
                await(over);
            }
            return answer(asked);
        }); S3Buckets buckets = buckets(s3)) {
            CompletableFuture<Void> opening = Aside.run(() -> buckets.open("acme", DESTINATION, ANYWHERE, guard).close());
            await(arrived);
            assertThat(opening).isNotDone();
            stop.completeExceptionally(new CancellationException("stop"));

            assertThatThrownBy(opening::join).isInstanceOfAny(CancellationException.class, CompletionException.class)
                    .satisfies(failure -> assertThat(failure.getCause() == null ? failure : failure.getCause()).hasMessage("stop"));
            over.countDown();
        }
    }

    @Test
    @Timeout(30)
    void whatMakesAnObjectAppearIsGivenUpBeforeTheNextAttemptCouldBegin() {
        CountDownLatch over = new CountDownLatch(1);
        WriteGuard guard = new WriteGuard() {
            @Override
            public void check() {
                // It still may.
            }

            @Override
            public Duration appearing() {
                return Duration.ofMillis(300);
            }
        };
        try (ScriptedS3 s3 = new ScriptedS3(asked -> {
            if (asked.method().equals("PUT")) {
                await(over);
            }
            return answer(asked);
        }); S3Buckets buckets = buckets(s3)) {
            // The timeout of a try is a minute.
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, guard)).isInstanceOf(TransientExportException.class);
            over.countDown();
        }
    }

    /** The connection may have broken when S3 had all of it: it may write that after the second try, and after the next attempt. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTryWithoutAnAnswerIsToldOfThoughTheNextOneHasOne(boolean firstHangsUp) {
        AtomicBoolean hangsUp = new AtomicBoolean(firstHangsUp);
        AtomicBoolean followed = new AtomicBoolean();
        WriteGuard guard = new WriteGuard() {
            @Override
            public void check() {
                // It may.
            }

            @Override
            public void mayBeFollowed() {
                followed.set(true);
            }
        };
        try (ScriptedS3 s3 = new ScriptedS3(asked -> asked.isFor("PUT", "/Gone_03_") && hangsUp.getAndSet(false) ? Answer.HANG_UP : answer(asked));
                S3Buckets buckets = new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(1))) {
            try (ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, guard)) {
                bucket.overwrite(List.of(new CollectionFile("Gone", 3, 0)).iterator(), Datafiles.DEFAULT, new byte[] {'[', ']'});
            }
            assertThat(s3.asked().stream().filter(asked -> asked.isFor("PUT", "/Gone_03_"))).hasSize(firstHangsUp ? 2 : 1);
            assertThat(followed.get()).isEqualTo(firstHangsUp);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
