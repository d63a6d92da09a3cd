package io.snapshotexport.messaging;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the projector is behind the logs, by what the broker knows: the logs' ends and what the projector, wherever it runs, has confirmed
 * as taken. So it is right when the projector stands still or does not run at all, and the same in every process.
 */
@ApplicationScoped
public class ProjectorLag {

    /** The queue has one partition. */
    private static final TopicPartition REQUESTS = new TopicPartition(Topic.REQUESTS.topicName(), 0);

    private final KafkaClients clients;
    private final QueueWatch queue;
    private final UnreadRecords unread;
    private final Map<Topic, Behind> behind = new EnumMap<>(Topic.class);
    private Admin admin;

    @Inject
    ProjectorLag(KafkaClients clients, QueueWatch queue, UnreadRecords unread) {
        this.clients = clients;
        this.queue = queue;
        this.unread = unread;
    }

    /**
     * One log.
     *
     * @param records how many of its records the projector has not taken yet
     * @param seconds how long there has been one that it has not taken, as far as looks can tell; 0 if there is none
     */
    public record Lag(long records, double seconds) {
    }

    /** The topics that are copied into the store. */
    public Set<String> topics() {
        return queue.projectionGroups().keySet().stream().map(Topic::topicName).collect(Collectors.toSet());
    }

    /**
     * Looks once. Blocks; belongs to one thread.
     *
     * @return by the topic's name
     * @throws LogUnavailableException if Kafka does not answer
     */
    public Map<String, Lag> look() throws InterruptedException {
        Map<String, Lag> lags = new HashMap<>();
        try {
            for (Map.Entry<Topic, String> projection : queue.projectionGroups().entrySet()) {
                Topic topic = projection.getKey();
                Map<TopicPartition, Long> ends = QueueWatch.ends(admin(), topic);
                Map<TopicPartition, Long> beginnings = QueueWatch.beginnings(admin(), topic);
                Map<TopicPartition, Long> taken = new HashMap<>();
                Map<TopicPartition, OffsetAndMetadata> committed =
                        admin().listConsumerGroupOffsets(projection.getValue()).partitionsToOffsetAndMetadata().get();
                ends.forEach((partition, end) -> taken.put(partition,
                        taken(partition, Math.max(QueueWatch.offset(committed, partition), beginnings.get(partition)), end)));
                lags.put(topic.topicName(), behind.computeIfAbsent(topic, first -> new Behind()).look(System.nanoTime(), ends, taken));
            }
            return lags;
        } catch (ExecutionException kafkaIsAway) {
            throw new LogUnavailableException(kafkaIsAway.getCause().getMessage(), kafkaIsAway);
        }
    }

    private long taken(TopicPartition partition, long confirmed, long end) {
        return confirmed < end && !unread.mayBeBetween(partition, confirmed, end) ? end : confirmed;
    }

    /**
     * The present end of the requests, those of open transactions included. Does not block; callable from any thread, and answers on another. Fails
     * with {@link LogUnavailableException} if Kafka does not answer.
     */
    public Uni<Long> endOfRequests() {
        return answered(Uni.createFrom().completionStage(() -> admin().listOffsets(Map.of(REQUESTS, OffsetSpec.latest())).partitionResult(REQUESTS)
                .toCompletionStage()).map(end -> end.offset()));
    }

    /** Whether the projector has taken every request before that end. As {@link #endOfRequests}. */
    public Uni<Boolean> hasRequestsBefore(long end) {
        String group = queue.projectionGroups().get(Topic.REQUESTS);
        return answered(Uni.createFrom().completionStage(() -> admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()
                .toCompletionStage()).map(committed -> QueueWatch.offset(committed, REQUESTS))
                .flatMap(confirmed -> confirmed >= end ? Uni.createFrom().item(true)
                        : Uni.createFrom().item(() -> !unread.mayBeBetween(REQUESTS, confirmed, end))
                                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())));
    }

    private static <T> Uni<T> answered(Uni<T> question) {
        return question.onFailure().transform(kafkaIsAway -> new LogUnavailableException(kafkaIsAway.getMessage(), kafkaIsAway));
    }

    /** What is between two looks at one log. */
    static final class Behind {

        private Map<TopicPartition, Long> mark = Map.of();
        private long markedAt;

        /** As long as an end that was seen before is not reached, the time since it was seen counts; then the present end is the next. */
        Lag look(long nanos, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> taken) {
            if (mark.entrySet().stream().allMatch(end -> taken.getOrDefault(end.getKey(), end.getValue()) >= end.getValue())) {
                mark = Map.copyOf(ends);
                markedAt = nanos;
            }
            long records = ends.entrySet().stream().mapToLong(end -> Math.max(0, end.getValue() - taken.getOrDefault(end.getKey(), 0L))).sum();
            return new Lag(records, records == 0 ? 0 : (nanos - markedAt) / 1e9);
        }
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = clients.admin();
        }
        return admin;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close();
        }
    }
}
