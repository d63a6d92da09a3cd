package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.embedded.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever has a say in the topics has it before they are there. */
class TopicReviewTest {

    private KafkaBroker kafka;
    private Admin admin;
    private TopicSetup setup;

    @BeforeEach
    void start() {
        kafka = KafkaBroker.start();
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        setup = setup(Map.of());
    }

    private TopicSetup setup(Map<String, String> settings) {
        KafkaConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters().withMapping(KafkaConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 250)).build().getConfigMapping(KafkaConfig.class);
        return new TopicSetup(new KafkaClients(Map.of("bootstrap.servers", kafka.bootstrapServers()), config), config);
    }

    @AfterEach
    void stop() {
        admin.close();
        kafka.close();
    }

    @Test
    void seesWhatWouldBeMadeAndIfItRefusesNothingIs() throws Exception {
        List<TopicReplication> shown = new ArrayList<>();

        assertThatThrownBy(() -> setup.run(topics -> {
            shown.addAll(topics);
            return Optional.of("not like this");
        })).isInstanceOf(UnsafeTopicException.class).hasMessage("not like this");

        // The broker's own defaults: the service asks for none.
        assertThat(shown).containsExactlyElementsOf(Arrays.stream(Topic.values())
                .map(topic -> new TopicReplication(topic.topicName(), 1, 1)).toList());
        assertThat(admin.listTopics().names().get()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1025"})
    void isNotAskedForPartitionsThatNoIdCanName(String partitions) throws Exception {
        TopicSetup wrong = setup(Map.of("snapshot-export.kafka.partitions", partitions));

        assertThatThrownBy(() -> wrong.run(topics -> Optional.empty())).isInstanceOf(UnsafeTopicException.class)
                .hasMessage("snapshot-export.kafka.partitions is " + partitions + " and has to be from 1 to 1024");
        assertThat(admin.listTopics().names().get()).isEmpty();
    }

    @Test
    void seesThoseThatExistBesideThoseThatDoNot() throws Exception {
        setup.run(topics -> Optional.empty());
        admin.deleteTopics(List.of(Topic.RETRIES.topicName())).all().get();
        List<String> shown = new ArrayList<>();

        runUntilTheBrokerKnowsThem(topics -> {
            shown.clear();
            topics.forEach(topic -> shown.add(topic.topic()));
            return Optional.empty();
        });

        List<String> all = Arrays.stream(Topic.values()).map(Topic::topicName).toList();
        assertThat(shown).containsExactlyInAnyOrderElementsOf(all);
        assertThat(admin.listTopics().names().get()).containsAll(all);
    }

    /** As the start of a process does: for some moments a broker may not know what was made or deleted. */
    private void runUntilTheBrokerKnowsThem(TopicReview review) {
        await().atMost(Duration.ofSeconds(20)).ignoreExceptionsInstanceOf(ExecutionException.class).until(() -> {
            setup.run(review);
            return true;
        });
    }
}
