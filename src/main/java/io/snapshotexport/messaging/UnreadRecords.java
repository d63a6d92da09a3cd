package io.snapshotexport.messaging;

import io.snapshotexport.telemetry.LogKeys;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
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
    private Consumer<byte[], byte[]> consumer;

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
