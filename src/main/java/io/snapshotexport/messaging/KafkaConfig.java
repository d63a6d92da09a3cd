package io.snapshotexport.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How the service uses Kafka. How it reaches Kafka is {@code kafka.*}: bootstrap servers, security, and whatever else clients take. */
@ConfigMapping(prefix = "snapshot-export.kafka")
interface KafkaConfig {

    /** Partitions of the topics that the service creates, but for those of the queue; an existing topic keeps its own. At most 1,024. */
    @WithDefault("6")
    int partitions();

    /** Replicas of the topics that the service creates; the broker's default if absent. */
    Optional<Short> replicationFactor();

    /** The share group of all workers. */
    @WithDefault("snapshot-export-workers")
    String shareGroup();

    /** How long a record may take to be acknowledged before the attempt to write it has failed. */
    @WithDefault("6s")
    Duration publishTimeout();

    /** How long a producer waits for a broker that it does not know yet. Together with the publish timeout this stays under 10 s. */
    @WithDefault("2s")
    Duration connectTimeout();
}
