package io.snapshotexport.messaging;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.Trail;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The history of all exports. Thread-safe, never blocks. */
@ApplicationScoped
public class StateLog {

    private final LogProducer producer;

    @Inject
    StateLog(LogProducer producer) {
        this.producer = producer;
    }

    /**
     * Appends a state; records of one export keep the order in which they were published.
     *
     * @param trail       for later attempts, should there be any; empty once there will not
     * @param correlation of the attempt, for those who read it
     * @return the broker's time of the record; fails with {@link LogUnavailableException} when it did not acknowledge in time
     */
    public Uni<Instant> publish(Export export, Trail trail, Correlation correlation) {
        return Uni.createFrom().completionStage(() -> producer.send(record(export, trail, correlation)))
                .map(place -> Instant.ofEpochMilli(place.timestamp()));
    }

    private static ProducerRecord<byte[], byte[]> record(Export export, Trail trail, Correlation correlation) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topic.STATES.topicName(), key(export.id()), StateJson.write(export, trail));
        CorrelationHeaders.write(record.headers(), correlation);
        return record;
    }

    static byte[] key(ExportId id) {
        return id.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
