package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Topics on which the service does not start. What it makes itself is in the tests of whole systems. */
class TopicSetupTest {

    private static Map<String, String> settingsOf(Topic topic) {
        Map<String, String> settings = new HashMap<>(topic.settings());
        settings.put(Topic.TIMESTAMP_TYPE, Topic.LOG_APPEND_TIME);
        return settings;
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void oneThatIsAsTheServiceWouldMakeItIsGood(Topic topic) {
        assertThat(TopicSetup.faults(topic, topic.isQueue() ? 1 : 1_024, settingsOf(topic)::get)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = {"REQUESTS", "RETRIES"})
    void aQueueWithSeveralPartitionsIsRefused(Topic queue) {
        assertThat(TopicSetup.faults(queue, 6, settingsOf(queue)::get))
                .containsExactly("topic " + queue.topicName() + " has 6 partitions and needs 1, lest requests wait for busy workers");
    }

    @Test
    void timesOfProducersAndAnotherCleanUpAreRefused() {
        Map<String, String> settings = Map.of(Topic.TIMESTAMP_TYPE, "CreateTime", "cleanup.policy", "delete");

        assertThat(TopicSetup.faults(Topic.STATES, 6, settings::get)).containsExactly(
                "topic export-states has message.timestamp.type=CreateTime and needs LogAppendTime",
                "topic export-states has cleanup.policy=delete and needs compact");
    }

    @Test
    void whatDoesNotFitIntoAnIdIsRefused() {
        assertThat(TopicSetup.faults(Topic.STATES, 1_025, settingsOf(Topic.STATES)::get)).singleElement().asString().contains("1025");
    }
}
