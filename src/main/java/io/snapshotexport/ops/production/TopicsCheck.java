package io.snapshotexport.ops.production;

import io.snapshotexport.messaging.TopicReplication;
import java.util.List;

/** Looks at the topics as the broker has them. */
interface TopicsCheck extends ProductionCheck {

    /** Sentences that name topic, setting, value and remedy; none if all is well. */
    List<String> findings(List<TopicReplication> topics);
}
