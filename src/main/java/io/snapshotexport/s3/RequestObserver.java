package io.snapshotexport.s3;

import io.snapshotexport.s3.S3RequestListener.Outcome;
import io.snapshotexport.s3.S3RequestListener.Request;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Tells the listener of every request, whoever makes it. Where it stands it sees each try, behind {@link WriteGuardInterceptor}. */
final class RequestObserver implements ExecutionInterceptor {

    private static final ExecutionAttribute<Observed> OBSERVED = new ExecutionAttribute<>("snapshot-export.observed");

    private final S3RequestListener listener;

    RequestObserver(S3RequestListener listener) {
        this.listener = listener;
    }

    private record Observed(long begun, AtomicInteger tries) {
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        attributes.putAttribute(OBSERVED, new Observed(System.nanoTime(), new AtomicInteger()));
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        attributes.getAttribute(OBSERVED).tries().incrementAndGet();
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        tell(context.request(), Outcome.SUCCESS, attributes.getAttribute(OBSERVED));
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        tell(context.request(), S3Errors.outcome(context.exception()), attributes.getAttribute(OBSERVED));
    }

    private void tell(SdkRequest request, Outcome outcome, Observed observed) {
        listener.ended(kind(request), outcome, Math.max(0, observed.tries().get() - 1), Duration.ofNanos(System.nanoTime() - observed.begun()));
    }

    private static Request kind(SdkRequest request) {
        if (request instanceof UploadPartRequest) {
            return Request.PART;
        }
        if (request instanceof PutObjectRequest put) {
            return put.key().endsWith(ObjectKeys.PERMISSION_PROOF) ? Request.CHECK : Request.PUT;
        }
        if (request instanceof CreateMultipartUploadRequest) {
            return Request.BEGIN;
        }
        if (request instanceof CompleteMultipartUploadRequest) {
            return Request.FINISH;
        }
        return request instanceof AbortMultipartUploadRequest ? Request.ABORT : Request.CHECK;
    }
}
