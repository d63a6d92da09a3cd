package io.snapshotexport.messaging;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes Kafka clients from {@code kafka.*}, with the settings that correctness depends on. */
@ApplicationScoped
class KafkaClients {

    private final Map<String, Object> connection;
    private final KafkaConfig config;

    @Inject
    KafkaClients(@Identifier("default-kafka-broker") Map<String, Object> connection, KafkaConfig config) {
        this.connection = connection;
        this.config = config;
    }

    Admin admin() {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("request.timeout.ms", "5000");
        settings.put("default.api.timeout.ms", "10000");
        return Admin.create(settings);
    }

    Producer<byte[], byte[]> producer() {
        int publishMillis = (int) config.publishTimeout().toMillis();
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        // Over a restart a broker remembers the last batch of a producer alone (its snapshot of producers holds no more): of several in flight the
        // earlier would be refused as out of order, and the client would write them all again under a new epoch (KIP-360).
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        // Requests are few and people wait for them.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.LARGEST_RECORD);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, publishMillis);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, publishMillis / 2);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) config.connectTimeout().toMillis());
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Reads what it is told to, for no group; like all readers not what a transaction has taken back. */
    Consumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, "3000");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "3000");
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Hands out one record at a time, each to be acknowledged by name (KIP-932). */
    ShareConsumer<byte[], byte[]> shareConsumer() {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.shareGroup());
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
        // Without it the broker hands out whole batches, and what this worker has no slot for waits with it.
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        // A new member knows that there is no retry when the broker has waited for one as long as this.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "200");
        // A worker whose slots are all taken asks for nothing for as long as that takes.
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.MAX_VALUE);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
        return new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
