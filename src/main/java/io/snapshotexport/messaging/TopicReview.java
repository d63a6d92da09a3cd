package io.snapshotexport.messaging;

import java.util.List;
import java.util.Optional;

/** Has a say in topics that would work. Asked once, before any is made and anything is published or taken. */
public interface TopicReview {

    /** Why this process should not use them; nothing if it may. */
    Optional<String> refusal(List<TopicReplication> topics);
}
