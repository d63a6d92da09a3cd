package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import io.vertx.mutiny.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is committed, of which partitions, and how often. */
class ConfirmedCommitsTest {

    private static final TopicPartition MINE = new TopicPartition("export-states", 0);
    private static final TopicPartition ANOTHERS = new TopicPartition("export-states", 1);
    /** Longer than the pause before a commit is repeated. */
    private static final Duration A_WHILE = Duration.ofMillis(1_200);

    private final Vertx vertx = Vertx.vertx();
    private final List<Map<TopicPartition, OffsetAndMetadata>> asked = new CopyOnWriteArrayList<>();
    private volatile boolean away;
    private final KafkaCommitHandler commits = new ConfirmedCommits.Factory().create(null, vertx, consumer(), null);

    @AfterEach
    void stop() {
        vertx.closeAndAwait();
    }

    private KafkaConsumer<?, ?> consumer() {
        Class<?>[] type = {KafkaConsumer.class};
        return (KafkaConsumer<?, ?>) Proxy.newProxyInstance(getClass().getClassLoader(), type, (proxy, method, arguments) -> {
            if (!method.getName().equals("commitAsync")) {
                throw new UnsupportedOperationException(method.getName());
            }
            @SuppressWarnings("unchecked")
            Map<TopicPartition, OffsetAndMetadata> offsets = (Map<TopicPartition, OffsetAndMetadata>) arguments[0];
            asked.add(offsets);
            return away ? Uni.createFrom().failure(new TimeoutException("away")) : Uni.createFrom().voidItem();
        });
    }

    private void take(TopicPartition partition, long offset) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, new byte[0]);
        commits.handle(new IncomingKafkaRecord<>(record, "states", 0, null, null, false, false));
    }

    private static Map<TopicPartition, OffsetAndMetadata> behind(TopicPartition partition, long offset) {
        return Map.of(partition, new OffsetAndMetadata(offset + 1));
    }

    @Test
    void whatIsTakenOfAnAssignedPartitionIsCommittedOnce() {
        commits.partitionsAssigned(List.of(MINE));
        take(MINE, 7);

        await().during(A_WHILE).atMost(A_WHILE.multipliedBy(2)).until(() -> asked.equals(List.of(behind(MINE, 7))));
    }

    /** Whoever has it is further: the offset would be set back, and the projector taken for behind. */
    @Test
    void whatIsSlowToBeTakenIsNotCommittedForAPartitionThatIsAnothers() {
        commits.partitionsAssigned(List.of(MINE, ANOTHERS));
        commits.partitionsRevoked(List.of(ANOTHERS));
        take(ANOTHERS, 7);
        take(new TopicPartition("export-states", 2), 7);
        assertThat(asked).isEmpty();

        take(MINE, 7);
        assertThat(asked).containsExactly(behind(MINE, 7));
    }

    @Test
    void aPartitionThatComesBackIsCommittedAgain() {
        commits.partitionsAssigned(List.of(MINE));
        commits.partitionsRevoked(List.of(MINE));
        commits.partitionsAssigned(List.of(MINE));
        take(MINE, 7);

        assertThat(asked).containsExactly(behind(MINE, 7));
    }

    @Test
    void whatTheBrokerDoesNotConfirmIsCommittedAgainUntilItDoes() {
        away = true;
        commits.partitionsAssigned(List.of(MINE));
        take(MINE, 7);
        await().until(() -> asked.size() >= 2);
        away = false;
        int before = asked.size();

        await().atMost(Duration.ofSeconds(5)).until(() -> asked.size() > before);
        assertThat(asked).containsOnly(behind(MINE, 7));
        int confirmed = asked.size();
        await().during(A_WHILE).atMost(A_WHILE.multipliedBy(2)).until(() -> asked.size() == confirmed);
    }

    @Test
    void whatWasNotConfirmedIsLeftToWhoeverHasThePartitionNext() {
        away = true;
        commits.partitionsAssigned(List.of(MINE));
        take(MINE, 7);
        commits.partitionsRevoked(List.of(MINE));

        await().during(A_WHILE).atMost(A_WHILE.multipliedBy(2)).until(() -> asked.size() == 1);
    }

    @Test
    void onlyTheLastOfAPartitionIsRepeated() {
        away = true;
        commits.partitionsAssigned(List.of(MINE));
        take(MINE, 7);
        take(MINE, 8);

        await().until(() -> asked.size() >= 4);
        assertThat(asked.subList(2, asked.size())).containsOnly(behind(MINE, 8));
    }
}
