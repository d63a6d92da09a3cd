package io.snapshotexport.messaging;

import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.telemetry.ActiveSpan;
import io.snapshotexport.telemetry.LogKeys;
import io.snapshotexport.telemetry.Spans;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.jboss.logging.Logger;

/**
 * Takes requests from the share group of the workers, one at a time. A request is accepted first and run afterwards: only what
 * the broker has confirmed belongs to this worker, so that an attempt runs at most once. What gets lost between the two is for
 * the watchdog. Not thread-safe, but for {@link #stop()}.
 */
@Dependent
public class RequestIntake {

    private static final Logger LOG = Logger.getLogger(RequestIntake.class);
    private static final List<String> TOPICS = List.of(Topic.REQUESTS.topicName(), Topic.RETRIES.topicName());
    private static final Duration CONFIRMATION = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_DOUBT = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final DeadLetters deadLetters;
    private final Spans spans;
    private ShareConsumer<byte[], byte[]> consumer;
    private volatile boolean stopped;

    @Inject
    RequestIntake(KafkaClients clients, DeadLetters deadLetters, Spans spans) {
        this.clients = clients;
        this.deadLetters = deadLetters;
        this.spans = spans;
    }

    /**
     * Waits for a request.
     *
     * @param patience how long at most
     * @return a request that is now this worker's, or nothing; after any doubt nothing, and the consumer begins anew
     */
    public Optional<TakenRequest> take(Duration patience) {
        try {
            ConsumerRecords<byte[], byte[]> records = consumer().poll(patience);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                return stopped ? leave(record) : accept(record);
            }
            return Optional.empty();
        } catch (KafkaException | IllegalStateException doubt) {
            LOG.warnf("intake begins anew: %s", doubt.toString());
            rest();
            LockSupport.parkNanos(PAUSE_AFTER_DOUBT.toNanos());
            return Optional.empty();
        }
    }

    private Optional<TakenRequest> accept(ConsumerRecord<byte[], byte[]> record) {
        Optional<TakenRequest> request = read(record);
        if (request.isEmpty()) {
            confirm(record);
            return Optional.empty();
        }
        TakenRequest taken = request.get();
        try (ActiveSpan receiving = spans.receive(record.topic(), taken.correlation())
                     .export(taken.id(), taken.attempt()).place(record.partition(), record.offset());
             LogKeys keys = LogKeys.of(taken.id(), taken.request().account(), taken.correlation(), taken.attempt())) {
            if (!confirm(record)) {
                receiving.failed("not_confirmed");
                return Optional.empty();
            }
            return Optional.of(taken.with(receiving.of(taken.correlation())));
        }
    }

    /** Whether the record is this worker's now. After any doubt it is not, and the consumer begins anew. */
    private boolean confirm(ConsumerRecord<byte[], byte[]> record) {
        consumer.acknowledge(record, AcknowledgeType.ACCEPT);
        Map<TopicIdPartition, Optional<KafkaException>> confirmed = consumer.commitSync(CONFIRMATION);
        Optional<KafkaException> answer = confirmed.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(record.topic()) && entry.getKey().partition() == record.partition())
                .map(Map.Entry::getValue)
                .findFirst()
                // An answer that does not speak of the record is no confirmation.
                .orElseGet(() -> Optional.of(new KafkaException("the broker did not confirm")));
        if (answer.isPresent()) {
            LOG.warnf("request not taken topic=%s partition=%d offset=%d: %s",
                    record.topic(), record.partition(), record.offset(), answer.get().getMessage());
            rest();
            return false;
        }
        return true;
    }

    private Optional<TakenRequest> leave(ConsumerRecord<byte[], byte[]> record) {
        consumer.acknowledge(record, AcknowledgeType.RELEASE);
        consumer.commitSync(CONFIRMATION);
        return Optional.empty();
    }

    /** The request, or nothing if it is none: it is then among the dead letters before it is accepted, so that it is never lost. */
    private Optional<TakenRequest> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(RequestRecord.take(record));
        } catch (InvalidValueException invalid) {
            LOG.warnf("no request topic=%s partition=%d offset=%d: %s", record.topic(), record.partition(), record.offset(), invalid.getMessage());
            try {
                deadLetters.put(record, invalid.getMessage()).toCompletableFuture().join();
            } catch (CompletionException e) {
                throw new KafkaException("dead letter not written", e.getCause());
            }
            return Optional.empty();
        }
    }

    private ShareConsumer<byte[], byte[]> consumer() {
        if (consumer == null) {
            consumer = clients.shareConsumer();
            consumer.subscribe(TOPICS);
        }
        return consumer;
    }

    /** Leaves the share group until the next {@link #take}, for instance while no slot is free. */
    public void rest() {
        if (consumer != null) {
            try {
                consumer.close(Duration.ofSeconds(5));
            } catch (KafkaException e) {
                LOG.warnf("intake closed uncleanly: %s", e.getMessage());
            }
            consumer = null;
        }
    }

    /**
     * From now on {@link #take} accepts nothing; what it has been handed goes to others. Callable from any thread. It wakes nobody: woken
     * while it waits for a confirmation, a worker could not know whether the request is its own.
     */
    public void stop() {
        stopped = true;
    }
}
