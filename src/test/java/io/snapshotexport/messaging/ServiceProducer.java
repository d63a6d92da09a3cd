package io.snapshotexport.messaging;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;

/** The producer that the service writes its logs with, for tests of what it does on bad days. */
public final class ServiceProducer {

    private ServiceProducer() {
    }

    /** @param publishTimeout how long it tries, as the configuration has it */
    public static Producer<byte[], byte[]> of(String bootstrapServers, String publishTimeout) {
        KafkaConfig config = new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(KafkaConfig.class)
                .withSources(new PropertiesConfigSource(Map.of("snapshot-export.kafka.publish-timeout", publishTimeout), "test", 100))
                .build().getConfigMapping(KafkaConfig.class);
        return new KafkaClients(Map.of("bootstrap.servers", bootstrapServers), config).producer();
    }
}
