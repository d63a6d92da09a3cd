package io.snapshotexport.messaging;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.Trail;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** Where requests become exports. Thread-safe, never blocks. */
@ApplicationScoped
public class RequestLog {

    private final LogProducer producer;
    private final MessagingStart start;

    @Inject
    RequestLog(LogProducer producer, MessagingStart start) {
        this.producer = producer;
        this.start = start;
    }

    /**
     * Publishes a request. When the answer arrives, the export exists, whatever happens to this process.
     *
     * @param idempotency a mark that whoever reads the log can match with an idempotency key
     * @param requestId   the HTTP request that asked for it
     * @return fails with {@link LogUnavailableException} when the broker did not acknowledge in time
     */
    public Uni<RequestedExport> publish(ExportRequest request, Optional<String> idempotency, String requestId) {
        return Uni.createFrom().deferred(() -> start.isReady()
                ? Uni.createFrom().completionStage(producer.send(RequestRecord.request(request, idempotency, requestId)))
                : Uni.createFrom().failure(new LogUnavailableException("Kafka has not answered since this process started", null)))
                .map(place -> new RequestedExport(ExportId.of(place.timestamp(), place.partition(), place.offset()), 1, request, idempotency,
                        new QueuePlace(false, place.partition(), place.offset())));
    }

    /**
     * Hands an export out again. Completes when the log has it.
     *
     * @param trail what the attempts so far leave behind
     */
    public Uni<Void> publishRetry(ExportId id, int attempt, ExportRequest request, Trail trail) {
        return Uni.createFrom().completionStage(() -> producer.send(RequestRecord.retry(id, attempt, request, trail))).replaceWithVoid();
    }
}
