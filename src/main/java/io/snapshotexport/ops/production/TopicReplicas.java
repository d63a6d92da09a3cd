package io.snapshotexport.ops.production;

import io.snapshotexport.messaging.TopicReplication;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What one broker alone has is lost with it: requests that were acknowledged. */
@ApplicationScoped
class TopicReplicas implements TopicsCheck {

    @Override
    public String name() {
        return "topic-replicas";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings(List<TopicReplication> topics) {
        List<String> alone = topics.stream().filter(topic -> topic.replicas() < 2).map(TopicReplication::topic).sorted().toList();
        return alone.isEmpty() ? List.of() : List.of("topics have one replica: " + String.join(", ", alone)
                + "; give them three, with kafka-reassign-partitions or the operator of the cluster.");
    }
}
