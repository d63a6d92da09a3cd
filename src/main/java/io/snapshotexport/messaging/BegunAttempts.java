package io.snapshotexport.messaging;

import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
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
import java.util.OptionalLong;
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

    /** What the log has of the export, as one looks who begins an attempt with that state. Reads nothing yet. */
    public History history(Export beginning) {
        return new History(beginning);
    }

    /**
     * What the log has of an export since it was accepted: little, unless it waited long or has been tried for long. The time of a retry's
     * record would not do: what a worker had sent to a broker that was away may be written much later. Asked before the attempt is reported, it
     * finds those that were begun before; asked again when the log has the report, of two that begin at the same time one.
     */
    public final class History {

        private final Export beginning;
        private final byte[] key;
        /** As the store has it, which takes no late report of an older attempt. */
        private Export known;
        private OptionalLong readTo = OptionalLong.empty();

        private History(Export beginning) {
            this.beginning = beginning;
            this.key = StateLog.key(beginning.id());
        }

        /**
         * Reads on from where it ended before. Blocks.
         *
         * @return whether the first record of this attempt, a later one or the end is not the state with which this worker begins
         * @throws LogUnavailableException if Kafka does not answer
         */
        public boolean isAnothers() {
            synchronized (BegunAttempts.this) {
                try {
                    readOn();
                    return isDecided() && !known.equals(beginning);
                } catch (KafkaException e) {
                    close();
                    throw new LogUnavailableException(e.getMessage(), e);
                }
            }
        }

        private boolean isDecided() {
            return known != null && (known.attempt() >= beginning.attempt() || known.state().isTerminal());
        }

        private void readOn() {
            TopicPartition partition = partition(key);
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            consumer.seek(partition, readTo.orElseGet(() -> offset(partition, beginning.createdAt().minus(CLOCKS)).orElse(end)));
            long patience = System.nanoTime();
            while (!isDecided() && consumer.position(partition) < end) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(PATIENCE);
                if (!records.isEmpty()) {
                    patience = System.nanoTime();
                } else if (System.nanoTime() - patience > LONGEST_SILENCE.toNanos()) {
                    throw new TimeoutException("the state log does not answer");
                }
                records.forEach(this::note);
                readTo = OptionalLong.of(consumer.position(partition));
            }
        }

        private void note(ConsumerRecord<byte[], byte[]> record) {
            if (!isDecided() && Arrays.equals(record.key(), key)) {
                read(record).filter(state -> known == null || state.supersedes(known)).ifPresent(state -> known = state);
            }
        }
    }

    private OptionalLong offset(TopicPartition partition, Instant since) {
        OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(partition, since.toEpochMilli())).get(partition);
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.offset());
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
