package io.snapshotexport.messaging;

import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.telemetry.LogKeys;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/**
 * Whether an attempt has been begun before, as the state log tells. A share group forgets what was accepted when the broker loses the group's
 * state (a disk that was full, a partition that was elected uncleanly) or an operator sets it back, and then hands out everything again: exports
 * that were complete long ago would be run anew, into files that somebody reads. Blocks; thread-safe.
 */
@ApplicationScoped
public class BegunAttempts {

    /** More than the clocks of two brokers differ, each of which stamps the records of its partitions. */
    private static final Duration CLOCKS = Duration.ofSeconds(10);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final KafkaClients clients;
    private Consumer<byte[], byte[]> consumer;

    @Inject
    BegunAttempts(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * Reads what the log has of the export since it was accepted: little, unless it waited long or has been tried for long. The time of a retry's
     * record would not do: what a worker had sent to a broker that was away may be written much later. Asked before the attempt is reported, it finds
     * those that were begun before; asked again when the log has the report, of two that begin at the same time one.
     *
     * @param beginning the state with which this worker begins the attempt
     * @return whether the first record of this attempt, a later one or the end is not that state
     * @throws LogUnavailableException if Kafka does not answer
     */
    public synchronized boolean areAnothers(Export beginning) {
        try {
            return firstSince(beginning.id(), beginning.attempt(), beginning.createdAt().minus(CLOCKS))
                    .filter(first -> !first.equals(beginning)).isPresent();
        } catch (KafkaException e) {
            close();
            throw new LogUnavailableException(e.getMessage(), e);
        }
    }

    private Optional<Export> firstSince(ExportId id, int attempt, Instant since) {
        byte[] key = StateLog.key(id);
        TopicPartition partition = partition(key);
        consumer.assign(List.of(partition));
        OffsetAndTimestamp from = consumer.offsetsForTimes(Map.of(partition, since.toEpochMilli())).get(partition);
        if (from == null) {
            return Optional.empty();
        }
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        consumer.seek(partition, from.offset());
        long patience = System.nanoTime();
        while (consumer.position(partition) < end) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(PATIENCE);
            if (!records.isEmpty()) {
                patience = System.nanoTime();
            } else if (System.nanoTime() - patience > LONGEST_SILENCE.toNanos()) {
                throw new TimeoutException("the state log does not answer");
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                Optional<Export> state = Arrays.equals(record.key(), key) ? read(record) : Optional.empty();
                if (state.filter(export -> export.attempt() >= attempt || export.state().isTerminal()).isPresent()) {
                    return state;
                }
            }
        }
        return Optional.empty();
    }

    /** The one that the producer chooses for the key. */
    private TopicPartition partition(byte[] key) {
        if (consumer == null) {
            try (LogKeys none = LogKeys.none()) {
                consumer = clients.consumer();
            }
        }
        int partitions = consumer.partitionsFor(Topic.STATES.topicName()).size();
        return new TopicPartition(Topic.STATES.topicName(), Utils.toPositive(Utils.murmur2(key)) % partitions);
    }

    private static Optional<Export> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(StateJson.read(record.value(), Instant.ofEpochMilli(record.timestamp()), Correlation.NONE).export());
        } catch (InvalidValueException notOurs) {
            return Optional.empty();
        }
    }

    @PreDestroy
    synchronized void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}
