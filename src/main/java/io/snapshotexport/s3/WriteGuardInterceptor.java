package io.snapshotexport.s3;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Asks the request's {@link WriteGuard} before anything goes over the wire. Here rather than in the callers, because a repetition by the
 * SDK can come long after the call, when the lease that the call was made under is gone.
 */
final class WriteGuardInterceptor implements ExecutionInterceptor {

    static final ExecutionAttribute<WriteGuard> GUARD = new ExecutionAttribute<>("snapshot-export.write-guard");
    /** Of requests that make an object appear: who counts their tries. */
    static final ExecutionAttribute<AppearingRequests> APPEARING = new ExecutionAttribute<>("snapshot-export.appearing");

    /** Carries what the guard threw through the SDK, which would otherwise wrap it beyond recognition. */
    static final class Refusal extends RuntimeException {

        private final RuntimeException reason;

        Refusal(RuntimeException reason) {
            super(reason);
            this.reason = reason;
        }

        RuntimeException reason() {
            return reason;
        }
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        WriteGuard guard = attributes.getAttribute(GUARD);
        if (guard != null) {
            try {
                guard.check();
            } catch (RuntimeException refused) {
                throw new Refusal(refused);
            }
        }
        AppearingRequests appearing = attributes.getAttribute(APPEARING);
        if (appearing != null) {
            appearing.tried();
        }
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        AppearingRequests appearing = attributes.getAttribute(APPEARING);
        if (appearing != null) {
            appearing.answered();
        }
    }
}
