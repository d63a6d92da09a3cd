package io.snapshotexport.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Keeps what arrived in the request log and is no request. */
@ApplicationScoped
class DeadLetters {

    private final LogProducer producer;

    @Inject
    DeadLetters(LogProducer producer) {
        this.producer = producer;
    }

    /**
     * Copies the record with its bytes, key and headers, adding the reason and where it was. A value that the topic is too narrow for
     * stays behind, lest the record come again and again: it can be read at its first place.
     */
    CompletionStage<RecordMetadata> put(ConsumerRecord<byte[], byte[]> record, String reason) {
        return producer.send(letter(record, record.value(), reason)).exceptionallyCompose(failure -> {
            if (!(failure.getCause() instanceof RecordTooLargeException) || record.value() == null) {
                return CompletableFuture.failedStage(failure);
            }
            ProducerRecord<byte[], byte[]> letter = letter(record, null, reason);
            add(letter, "dead-value-bytes", Integer.toString(record.value().length));
            return producer.send(letter);
        });
    }

    private static ProducerRecord<byte[], byte[]> letter(ConsumerRecord<byte[], byte[]> record, byte[] value, String reason) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(Topic.REQUESTS_DEAD.topicName(), null, record.key(), value, record.headers());
        add(letter, "dead-reason", reason);
        add(letter, "dead-topic", record.topic());
        add(letter, "dead-partition", Integer.toString(record.partition()));
        add(letter, "dead-offset", Long.toString(record.offset()));
        return letter;
    }

    private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
