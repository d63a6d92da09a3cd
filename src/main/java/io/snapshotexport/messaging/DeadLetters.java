package io.snapshotexport.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Keeps what arrived in the request log and is no request. */
@ApplicationScoped
class DeadLetters {

    private final LogProducer producer;

    @Inject
    DeadLetters(LogProducer producer) {
        this.producer = producer;
    }

    /** Copies the record with its bytes, key and headers, adding the reason and where it was. */
    CompletionStage<RecordMetadata> put(ConsumerRecord<byte[], byte[]> record, String reason) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(Topic.REQUESTS_DEAD.topicName(), null, record.key(), record.value(), record.headers());
        add(letter, "dead-reason", reason);
        add(letter, "dead-topic", record.topic());
        add(letter, "dead-partition", Integer.toString(record.partition()));
        add(letter, "dead-offset", Long.toString(record.offset()));
        return producer.send(letter);
    }

    private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
