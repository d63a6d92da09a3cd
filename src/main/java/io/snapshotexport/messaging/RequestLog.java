package io.snapshotexport.messaging;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.Trail;
import io.snapshotexport.telemetry.ActiveSpan;
import io.snapshotexport.telemetry.Spans;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Where requests become exports. Thread-safe, never blocks. */
@ApplicationScoped
public class RequestLog {

    private final LogProducer producer;
    private final MessagingStart start;
    private final Spans spans;

    @Inject
    RequestLog(LogProducer producer, MessagingStart start, Spans spans) {
        this.producer = producer;
        this.start = start;
        this.spans = spans;
    }

    /**
     * Publishes a request. When the answer arrives, the export exists, whatever happens to this process.
     *
     * @param idempotency a mark that whoever reads the log can match with an idempotency key
     * @param requestId   the HTTP request that asked for it
     * @return fails with {@link LogUnavailableException} when the broker did not acknowledge in time
     */
    public Uni<RequestedExport> publish(ExportRequest request, Optional<String> idempotency, String requestId) {
        return Uni.createFrom().deferred(() -> {
            if (!start.isReady()) {
                return Uni.createFrom().failure(new LogUnavailableException("Kafka has not answered since this process started", null));
            }
            ActiveSpan sending = spans.sendHere(Topic.REQUESTS.topicName());
            Correlation correlation = sending.of(new Correlation(requestId, null));
            return send(RequestRecord.request(request, idempotency, correlation), sending).map(place -> {
                ExportId id = ExportId.of(place.timestamp(), place.partition(), place.offset());
                sending.export(id, 1);
                return new RequestedExport(id, 1, request, idempotency, new QueuePlace(false, place.partition(), place.offset()), correlation);
            }).onTermination().invoke(sending::close);
        });
    }

    /**
     * Hands an export out again. Completes when the log has it.
     *
     * @param trail       what the attempts so far leave behind
     * @param correlation of what hands it out
     */
    public Uni<Void> publishRetry(ExportId id, int attempt, ExportRequest request, Trail trail, Correlation correlation) {
        return Uni.createFrom().deferred(() -> {
            ActiveSpan sending = spans.send(Topic.RETRIES.topicName(), correlation).export(id, attempt);
            return send(RequestRecord.retry(id, attempt, request, trail, sending.of(correlation)), sending).replaceWithVoid()
                    .onTermination().invoke(sending::close);
        });
    }

    private Uni<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, ActiveSpan sending) {
        return Uni.createFrom().completionStage(producer.send(record))
                .onItem().invoke(place -> sending.place(place.partition(), place.offset()))
                .onFailure().invoke(failure -> sending.failed(failure.getClass().getName()));
    }
}
