package io.snapshotexport.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicIdPartition;
import org.jboss.logging.Logger;

/**
 * One topic of the queue, seen by one member of the workers' share group. A member for each topic, because the broker divides the partitions
 * of all topics that a member wants among the members, but gives the only partition of an only topic to every one of them (KIP-932). Joins with
 * the first question. Not thread-safe.
 */
final class QueueMember {

    /** How long to wait for a broker that it hears a member leave. */
    static final Duration FAREWELL = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(QueueMember.class);
    private static final Duration CONFIRMATION = Duration.ofSeconds(10);
    /** A broker answers a question for records in half a second, and a heartbeat every five. */
    private static final Duration CUT_OFF_AFTER = Duration.ofSeconds(6);

    private final KafkaClients clients;
    private final Topic topic;
    private ShareConsumer<byte[], byte[]> consumer;
    private Metric looks;
    private Metric answers;
    private Object answersSeen;
    private long answeredAt;
    /** Once asked, the client goes on asking the broker until it has a record, whether somebody waits for it or not. */
    private boolean asked;

    QueueMember(KafkaClients clients, Topic topic) {
        this.clients = clients;
        this.topic = topic;
    }

    /** Whether the broker has answered a question for records since it joined; only then it is known that there was none. */
    boolean hasLooked() {
        return consumer != null && ((Number) looks.metricValue()).longValue() > 0;
    }

    /** Of the client, not of one of its connections. */
    private Metric metric(String name) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name) && !metric.getKey().tags().containsKey("node-id"))
                .findFirst().orElseThrow().getValue();
    }

    /** The next record if there is one within that time. It is this member's until it has been acknowledged. */
    Optional<ConsumerRecord<byte[], byte[]>> ask(Duration patience) {
        if (consumer == null) {
            consumer = clients.shareConsumer();
            consumer.subscribe(List.of(topic.topicName()));
            answers = metric("response-total");
            looks = metric("fetch-total");
            answeredAt = System.nanoTime();
        }
        asked = true;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            asked = false;
            return Optional.of(record);
        }
        return Optional.empty();
    }

    /** Says what becomes of the record. @return why the broker did not confirm that; nothing if it did */
    Optional<KafkaException> acknowledge(ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
        consumer.acknowledge(record, type);
        return consumer.commitSync(CONFIRMATION).entrySet().stream()
                .filter(entry -> isPlaceOf(record, entry.getKey()))
                .findFirst()
                // An answer that does not speak of the record is no confirmation.
                .map(entry -> entry.getValue())
                .orElseGet(() -> Optional.of(new KafkaException("the broker did not confirm")));
    }

    private static boolean isPlaceOf(ConsumerRecord<byte[], byte[]> record, TopicIdPartition place) {
        return place.topic().equals(record.topic()) && place.partition() == record.partition();
    }

    /** Whether no broker has answered for some time, as far as those who ask often can tell. */
    boolean isCutOff() {
        if (consumer == null) {
            return false;
        }
        Object now = answers.metricValue();
        if (!now.equals(answersSeen)) {
            answersSeen = now;
            answeredAt = System.nanoTime();
        }
        return System.nanoTime() - answeredAt > CUT_OFF_AFTER.toNanos();
    }

    /** Leaves if a record may be on its way to this member, which nobody else would be given meanwhile. */
    void takeNothing() {
        if (asked) {
            leave(FAREWELL);
        }
    }

    /**
     * Leaves the group until the next question. What was not acknowledged goes to others at once; if nobody hears it, when its lock ends.
     *
     * @param patience how long to wait for a broker to hear it
     */
    void leave(Duration patience) {
        asked = false;
        if (consumer != null) {
            try {
                consumer.close(patience);
            } catch (KafkaException e) {
                LOG.warnf("intake closed uncleanly: %s", e.getMessage());
            }
            consumer = null;
        }
    }
}
