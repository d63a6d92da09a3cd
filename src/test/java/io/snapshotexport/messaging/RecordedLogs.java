package io.snapshotexport.messaging;

import io.opentelemetry.api.OpenTelemetry;
import io.snapshotexport.telemetry.Spans;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The logs of a process that has no broker: what it publishes is kept, and acknowledged at once or never. */
public final class RecordedLogs implements AutoCloseable {

    private final MockProducer<byte[], byte[]> kafka;
    private final LogProducer producer;

    public RecordedLogs(boolean acknowledging) {
        kafka = new MockProducer<>(acknowledging, null, new ByteArraySerializer(), new ByteArraySerializer());
        producer = new LogProducer(kafka, Duration.ofSeconds(30));
    }

    public RequestLog requestLog() {
        return new RequestLog(producer, null, new Spans(OpenTelemetry.noop(), true));
    }

    public StateLog stateLog() {
        return new StateLog(producer);
    }

    /** What was published to the topic so far, oldest first. */
    public List<ProducerRecord<byte[], byte[]>> records(String topic) {
        return kafka.history().stream().filter(record -> record.topic().equals(topic)).toList();
    }

    @Override
    public void close() {
        producer.close();
    }
}
