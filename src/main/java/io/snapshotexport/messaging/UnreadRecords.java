package io.snapshotexport.messaging;

import io.snapshotexport.telemetry.LogKeys;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether there is anything to read between two places of a log. A reader confirms the place behind the last record that it has taken; a
 * producer's transaction leaves a marker behind its records, and what was aborted stays in the log unseen. A reader that has taken everything
 * would look as if it were behind until the next record comes. Blocks; thread-safe.
 */
@ApplicationScoped
class UnreadRecords {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaClients clients;
    /** Where each partition was seen to hold nothing, which stays so: many may ask the same, one after the other. */
    private final Map<TopicPartition, Nothing> nothing = new HashMap<>();
    private Consumer<byte[], byte[]> consumer;

    private record Nothing(long from, long to) {
    }

    @Inject
    UnreadRecords(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * Reads no further than the first record.
     *
     * @param from the first place that counts
     * @param to   the first place that does not
     * @return false only if the log was seen to hold nothing there for those who read what is committed
     */
    synchronized boolean mayBeBetween(TopicPartition partition, long from, long to) {
        Nothing known = nothing.get(partition);
        if (known != null && known.from() <= from && to <= known.to()) {
            return false;
        }
        try {
            if (consumer == null) {
                try (LogKeys none = LogKeys.none()) {
                    consumer = clients.consumer();
                }
            }
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            long asked = System.nanoTime();
            while (consumer.position(partition) < to) {
                if (!consumer.poll(POLL).isEmpty() || System.nanoTime() - asked > PATIENCE.toNanos()) {
                    return true;
                }
            }
            nothing.put(partition, new Nothing(from, to));
            return false;
        } catch (KafkaException e) {
            close();
            return true;
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
