package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.deploy.CustomResources.KafkaTopic;
import io.snapshotexport.deploy.Manifests;
import io.snapshotexport.export.ExportId;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The topics that an operator makes are those that the service would make. */
class TopicManifestsTest {

    @Test
    void haveTheSettingsThatTheServiceNeeds() {
        Map<String, KafkaTopic> topics = Manifests.of("production").all(KafkaTopic.class).stream()
                .collect(Collectors.toMap(topic -> topic.metadata().getName(), Function.identity()));

        assertThat(topics.keySet()).containsExactlyInAnyOrderElementsOf(Arrays.stream(Topic.values()).map(Topic::topicName).toList());
        for (Topic topic : Topic.values()) {
            KafkaTopic.Spec spec = topics.get(topic.topicName()).spec();
            assertThat(spec.config()).as(topic.topicName()).containsAllEntriesOf(topic.settings())
                    .containsEntry(Topic.TIMESTAMP_TYPE, Topic.LOG_APPEND_TIME)
                    .containsEntry("min.insync.replicas", "2")
                    .hasSize(topic.settings().size() + 2);
            assertThat(spec.partitions()).isBetween(1, topic.isQueue() ? 1 : ExportId.MAX_PARTITIONS);
            assertThat(spec.replicas()).isEqualTo(3);
        }
    }
}
