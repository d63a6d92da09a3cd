package io.snapshotexport.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Tells how far the workers and the projector have read. Blocks; thread-safe. */
@ApplicationScoped
public class QueueWatch {

    private static final Duration CATCH_UP_PATIENCE = Duration.ofSeconds(5);
    private static final long CATCH_UP_PAUSE_MILLIS = 100;

    private final KafkaClients clients;
    private final KafkaConfig config;
    private final UnreadRecords unread;
    private final Map<Topic, String> projectionGroups;

    @Inject
    QueueWatch(KafkaClients clients, KafkaConfig config, UnreadRecords unread,
               @ConfigProperty(name = "mp.messaging.incoming.requests-projection.group.id") String requestsGroup,
               @ConfigProperty(name = "mp.messaging.incoming.retries-projection.group.id") String retriesGroup,
               @ConfigProperty(name = "mp.messaging.incoming.states-projection.group.id") String statesGroup) {
        this.clients = clients;
        this.config = config;
        this.unread = unread;
        this.projectionGroups = Map.of(Topic.REQUESTS, requestsGroup, Topic.RETRIES, retriesGroup, Topic.STATES, statesGroup);
    }

    /**
     * What the workers have passed, at a moment at which the store knew of every record: by acceptance or for good, they will not be
     * handed out again.
     */
    public static final class Passed {

        private final Map<TopicPartition, SharePartitionOffsetInfo> positions;

        private Passed(Map<TopicPartition, SharePartitionOffsetInfo> positions) {
            this.positions = positions;
        }

        public boolean contains(QueuePlace place) {
            Topic topic = place.retries() ? Topic.RETRIES : Topic.REQUESTS;
            SharePartitionOffsetInfo position = positions.get(new TopicPartition(topic.topicName(), place.partition()));
            // The start offset is written with the next acknowledgement only; until that comes, a lag of nothing says it (KIP-1226).
            return position != null && (position.startOffset() > place.offset() || position.lag().filter(lag -> lag == 0).isPresent());
        }
    }

    /**
     * Looks at the logs' ends and waits until the projector has applied everything before them; what is read from the store
     * afterwards is at least as new as the moment of this call.
     *
     * @return nothing if the projector does not catch up within some seconds, or Kafka does not answer: then nobody may judge
     */
    public Optional<Passed> lookWhenCaughtUp() throws InterruptedException {
        try (Admin admin = clients.admin()) {
            Map<TopicPartition, SharePartitionOffsetInfo> positions = positions(admin);
            for (Map.Entry<Topic, String> projection : projectionGroups.entrySet()) {
                if (!awaitCaughtUp(admin, projection.getKey(), projection.getValue())) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Passed(positions));
        } catch (ExecutionException kafkaIsAway) {
            return Optional.empty();
        }
    }

    /** The consumer group that copies each log into the store. */
    Map<Topic, String> projectionGroups() {
        return projectionGroups;
    }

    private Map<TopicPartition, SharePartitionOffsetInfo> positions(Admin admin) throws ExecutionException, InterruptedException {
        return admin.listShareGroupOffsets(Map.of(config.shareGroup(), new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(config.shareGroup()).get();
    }

    /** Those of what is committed. */
    static Map<TopicPartition, Long> ends(Admin admin, Topic topic) throws ExecutionException, InterruptedException {
        return offsets(admin, topic, OffsetSpec.latest());
    }

    /** What is before it nobody can read any more, and nobody commits. */
    static Map<TopicPartition, Long> beginnings(Admin admin, Topic topic) throws ExecutionException, InterruptedException {
        return offsets(admin, topic, OffsetSpec.earliest());
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, Topic topic, OffsetSpec which) throws ExecutionException, InterruptedException {
        TopicDescription description = admin.describeTopics(List.of(topic.topicName())).allTopicNames().get().get(topic.topicName());
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        description.partitions().forEach(partition -> asked.put(new TopicPartition(topic.topicName(), partition.partition()), which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all().get()
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    static long offset(Map<TopicPartition, OffsetAndMetadata> committed, TopicPartition partition) {
        return committed.get(partition) == null ? 0 : committed.get(partition).offset();
    }

    private boolean awaitCaughtUp(Admin admin, Topic topic, String group) throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> ends = ends(admin, topic);
        Map<TopicPartition, Long> beginnings = beginnings(admin, topic);
        long deadline = System.nanoTime() + CATCH_UP_PATIENCE.toNanos();
        List<TopicPartition> behind = new ArrayList<>(ends.keySet());
        while (true) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            behind.removeIf(partition -> Math.max(offset(committed, partition), beginnings.get(partition)) >= ends.get(partition));
            if (behind.isEmpty()) {
                return true;
            }
            if (System.nanoTime() > deadline) {
                behind.removeIf(partition -> !unread.mayBeBetween(partition,
                        Math.max(offset(committed, partition), beginnings.get(partition)), ends.get(partition)));
                return behind.isEmpty();
            }
            TimeUnit.MILLISECONDS.sleep(CATCH_UP_PAUSE_MILLIS);
        }
    }
}
