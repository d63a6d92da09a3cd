package io.snapshotexport.api;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.messaging.RequestLog;
import io.snapshotexport.messaging.RequestedExport;
import io.snapshotexport.store.ExportStore;
import io.snapshotexport.store.IdempotencyClaims;
import io.snapshotexport.store.IdempotencyClaims.Outcome;
import io.snapshotexport.telemetry.LogKeys;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Makes exports of requests: publish first, then put them where the next GET looks. */
@ApplicationScoped
class ExportCreation {

    private static final Logger LOG = Logger.getLogger(ExportCreation.class);

    private final RequestLog requestLog;
    private final ExportStore exports;
    private final IdempotencyClaims claims;
    private final UnfinishedExports unfinished;

    @Inject
    ExportCreation(RequestLog requestLog, ExportStore exports, IdempotencyClaims claims, UnfinishedExports unfinished) {
        this.requestLog = requestLog;
        this.exports = exports;
        this.claims = claims;
        this.unfinished = unfinished;
    }

    /**
     * An export for a request.
     *
     * @param replayed whether an earlier request with the same idempotency key made it
     */
    record Creation(Export export, boolean replayed) {
    }

    Uni<Creation> create(ExportRequest request, Optional<IdempotencyKey> key, String requestId) {
        return key.map(present -> createOnce(request, present, requestId))
                .orElseGet(() -> publish(request, Optional.empty(), requestId));
    }

    private Uni<Creation> createOnce(ExportRequest request, IdempotencyKey key, String requestId) {
        String mark = key.mark(request.account());
        return claims.claim(mark, IdempotencyKey.fingerprint(request))
                .flatMap(outcome -> {
                    if (outcome instanceof Outcome.Settled settled) {
                        return exports.find(request.account(), settled.id()).map(export -> new Creation(export.orElseThrow(), true));
                    }
                    if (outcome instanceof Outcome.OtherRequest) {
                        throw new ApiException(ErrorCode.IDEMPOTENCY_KEY_REUSED,
                                "This Idempotency-Key was used for another request in the last 24 hours; use a new key for a new request.");
                    }
                    if (outcome instanceof Outcome.Granted granted) {
                        return publish(request, Optional.of(granted), requestId)
                                .onFailure(TooManyRequestsException.class).call(() -> claims.release(granted));
                    }
                    throw undecided();
                });
    }

    private static ApiException undecided() {
        return new ApiException(ErrorCode.UNAVAILABLE, "The first request with this Idempotency-Key is not decided yet; try again in some seconds.");
    }

    private Uni<Creation> publish(ExportRequest request, Optional<Outcome.Granted> claim, String requestId) {
        return unfinished.admit(request.account(), () -> publishAdmitted(request, claim, requestId));
    }

    private Uni<Creation> publishAdmitted(ExportRequest request, Optional<Outcome.Granted> claim, String requestId) {
        if (claim.isPresent() && !claim.get().lasts()) {
            throw undecided();
        }
        Context context = Vertx.currentContext();
        // The acknowledgement comes on a thread of Kafka's; the store answers on the request's own context only.
        return requestLog.publish(request, claim.map(Outcome.Granted::mark), requestId)
                .emitOn(task -> context.runOnContext(ignored -> task.run()))
                .flatMap(published -> exports.add(published)
                        // The log has it: it will run, and the projector adds the row. To say that it failed would be wrong.
                        .onFailure().invoke(e -> sayNotStored(published, e))
                        .onFailure().recoverWithNull()
                        .replaceWith(new Creation(Export.pending(published.id(), request), false)));
    }

    private static void sayNotStored(RequestedExport published, Throwable cause) {
        try (LogKeys keys = LogKeys.of(published.id(), published.request().account(), published.correlation())) {
            LOG.warnf("export accepted but not stored yet exportId=%s: %s", published.id(), cause.getMessage());
        }
    }
}
