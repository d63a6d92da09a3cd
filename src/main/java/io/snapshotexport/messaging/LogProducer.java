package io.snapshotexport.messaging;

import io.snapshotexport.telemetry.LogKeys;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * The one producer of this process. Sending may block for a moment while the broker is away, so it happens on a thread of its
 * own: callers never block. Thread-safe.
 */
@ApplicationScoped
class LogProducer {

    private final Producer<byte[], byte[]> producer;
    private final ExecutorService sender = Executors.newSingleThreadExecutor(task -> new Thread(null, task, "log-producer", 0, false));
    private final long patienceNanos;

    @Inject
    LogProducer(KafkaClients clients, KafkaConfig config) {
        this(producer(clients), config.connectTimeout());
    }

    /** @param patience how long a record may wait for those before it */
    LogProducer(Producer<byte[], byte[]> producer, Duration patience) {
        this.producer = producer;
        this.patienceNanos = patience.toNanos();
    }

    private static Producer<byte[], byte[]> producer(KafkaClients clients) {
        try (LogKeys none = LogKeys.none()) {
            return clients.producer();
        }
    }

    /**
     * Writes one record and completes with its place once all in-sync replicas have it. Fails with a
     * {@link LogUnavailableException} within the configured connect and publish timeouts, which tells whether the record may be
     * in the log all the same.
     */
    CompletionStage<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> written = new CompletableFuture<>();
        long asked = System.nanoTime();
        sender.execute(() -> {
            // Whoever waited behind a sender that was blocked has been kept long enough: fail before anything is sent.
            if (System.nanoTime() - asked > patienceNanos) {
                written.completeExceptionally(new LogUnavailableException("Kafka does not answer", null));
                return;
            }
            try {
                Thread sending = Thread.currentThread();
                producer.send(record, (metadata, failure) -> {
                    if (failure == null) {
                        written.complete(metadata);
                    } else {
                        // What fails while it is handed over goes nowhere, and what is refused is not taken; else an answer may be missing.
                        boolean perhapsWritten = Thread.currentThread() != sending && !isRefusal(failure);
                        written.completeExceptionally(new LogUnavailableException(failure.getMessage(), failure, perhapsWritten));
                    }
                });
            } catch (RuntimeException refused) {
                written.completeExceptionally(new LogUnavailableException(refused.getMessage(), refused));
            }
        });
        return written;
    }

    private static boolean isRefusal(Exception failure) {
        return failure instanceof AuthorizationException || failure instanceof AuthenticationException || failure instanceof RecordTooLargeException;
    }

    @PreDestroy
    void close() {
        sender.shutdown();
        producer.close(Duration.ofSeconds(5));
    }
}
