package io.snapshotexport.messaging;

/**
 * How many brokers keep what is in a topic.
 *
 * @param replicas  of the partition that has the fewest
 * @param minInSync how many of them must have a record before it counts as written ({@code min.insync.replicas})
 */
public record TopicReplication(String topic, int replicas, int minInSync) {
}
