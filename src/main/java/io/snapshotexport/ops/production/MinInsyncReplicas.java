package io.snapshotexport.ops.production;

import io.snapshotexport.messaging.TopicReplication;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** A request is acknowledged as soon as one broker has it. */
@ApplicationScoped
class MinInsyncReplicas implements TopicsCheck {

    @Override
    public String name() {
        return "min-insync-replicas";
    }

    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public List<String> findings(List<TopicReplication> topics) {
        List<String> weak = topics.stream().filter(topic -> topic.minInSync() < 2).map(TopicReplication::topic).sorted().toList();
        return weak.isEmpty() ? List.of() : List.of("min.insync.replicas is 1 for " + String.join(", ", weak)
                + ", so that what one broker has acknowledged may be lost with it; set it to 2 where there are three replicas.");
    }
}
