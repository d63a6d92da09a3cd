package io.snapshotexport.s3;

import io.snapshotexport.export.TransientExportException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Ends answers that are longer than any that S3 has for what is asked here; the SDK would collect them in memory to their end. */
final class AnswerLimit implements ExecutionInterceptor {

    static final int MAX_BYTES = 1024 * 1024;

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        return context.responsePublisher().map(content -> subscriber -> content.subscribe(new Counting(subscriber)));
    }

    private static final class Counting implements Subscriber<ByteBuffer> {

        private final Subscriber<? super ByteBuffer> subscriber;
        private Subscription subscription;
        private long left = MAX_BYTES;

        Counting(Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Subscription begun) {
            subscription = begun;
            subscriber.onSubscribe(begun);
        }

        @Override
        public void onNext(ByteBuffer piece) {
            if (left < 0) {
                return;
            }
            left -= piece.remaining();
            if (left < 0) {
                subscription.cancel();
                subscriber.onError(new TransientExportException("The S3 server sent an answer of more than " + MAX_BYTES
                        + " bytes, and S3 has none that long.", null));
            } else {
                subscriber.onNext(piece);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (left >= 0) {
                subscriber.onError(failure);
            }
        }

        @Override
        public void onComplete() {
            if (left >= 0) {
                subscriber.onComplete();
            }
        }
    }
}
