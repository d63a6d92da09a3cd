package io.snapshotexport.messaging;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Commits what a listener has taken until the broker confirms it. The connector's own strategies commit once: what fails because the broker
 * is away is repeated with the partition's next record only, and until that comes {@link QueueWatch} must take the projector for behind, so
 * that nobody watches over any export. Thread-safe.
 */
final class ConfirmedCommits implements KafkaCommitHandler {

    static final String NAME = "until-confirmed";
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Vertx vertx;
    private final KafkaConsumer<?, ?> consumer;
    private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();
    /** Of the partitions that this consumer has: the offset behind the last record taken. */
    private final Map<TopicPartition, Long> taken = new ConcurrentHashMap<>();

    private ConfirmedCommits(Vertx vertx, KafkaConsumer<?, ?> consumer) {
        this.vertx = vertx;
        this.consumer = consumer;
    }

    /** Makes one for each channel that names this strategy. */
    @ApplicationScoped
    @Identifier(NAME)
    static class Factory implements KafkaCommitHandler.Factory {

        @Override
        public KafkaCommitHandler create(KafkaConnectorIncomingConfiguration config, Vertx vertx, KafkaConsumer<?, ?> consumer,
                                         BiConsumer<Throwable, Boolean> reportFailure) {
            return new ConfirmedCommits(vertx, consumer);
        }
    }

    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record) {
        TopicPartition partition = new TopicPartition(record.getTopic(), record.getPartition());
        long next = record.getOffset() + 1;
        // What was slow to be taken may belong to another by now, who is further.
        if (assigned.contains(partition)) {
            taken.put(partition, next);
            commit(partition, next);
        }
        return Uni.createFrom().voidItem().runSubscriptionOn(record::runOnMessageContext);
    }

    private void commit(TopicPartition partition, long next) {
        consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(next)))
                .subscribe().with(confirmed -> { }, failure -> vertx.setTimer(PAUSE.toMillis(), timer -> commitAgain(partition, next)));
    }

    /** Unless a later record has been taken since, or the partition is another's. */
    private void commitAgain(TopicPartition partition, long next) {
        if (Long.valueOf(next).equals(taken.get(partition))) {
            commit(partition, next);
        }
    }

    @Override
    public void partitionsAssigned(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
    }

    /** Whoever has them next reads on from what was confirmed. */
    @Override
    public void partitionsRevoked(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        taken.keySet().removeAll(partitions);
    }

    @Override
    public void terminate(boolean graceful) {
        taken.clear();
    }
}
