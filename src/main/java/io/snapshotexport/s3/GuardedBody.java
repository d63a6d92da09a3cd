package io.snapshotexport.s3;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * A body that asks the {@link WriteGuard} once more when its first bytes are about to go: between the question of
 * {@link WriteGuardInterceptor} and a free connection may lie a long wait. Thread-safe.
 *
 * @param content what is sent
 * @param guard   whose exception the request fails with
 */
record GuardedBody(AsyncRequestBody content, WriteGuard guard) implements AsyncRequestBody {

    @Override
    public Optional<Long> contentLength() {
        return content.contentLength();
    }

    @Override
    public String contentType() {
        return content.contentType();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        try {
            guard.check();
        } catch (RuntimeException refused) {
            subscriber.onSubscribe(new Nothing());
            subscriber.onError(new WriteGuardInterceptor.Refusal(refused));
            return;
        }
        content.subscribe(subscriber);
    }

    private static final class Nothing implements Subscription {

        @Override
        public void request(long count) {
            // The failure has been told already.
        }

        @Override
        public void cancel() {
            // As above.
        }
    }
}
