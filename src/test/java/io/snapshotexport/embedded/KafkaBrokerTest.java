package io.snapshotexport.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerTest {

    private static final String TOPIC = "greetings";
    private static final String GROUP = "readers";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void aShareGroupGoesOnAfterTheBrokerWasKilledAndStartedAgain() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("kafka"))) {
            String address = broker.bootstrapServers();
            createTopicAndGroup(address);
            try (var producer = producer(address); var consumer = consumer(address)) {
                send(producer, "before");
                assertThat(receives(consumer, "before")).isTrue();

                broker.kill();
                broker.startAgain();

                assertThat(broker.bootstrapServers()).isEqualTo(address);
                send(producer, "after");
                assertThat(receives(consumer, "after")).isTrue();
            }
        }
    }

    @Test
    void keepsItsTopicsInTheDirectoryBetweenRuns() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            createTopicAndGroup(broker.bootstrapServers());
        }
        try (KafkaBroker broker = KafkaBroker.start(directory); Admin admin = admin(broker.bootstrapServers())) {
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).containsExactly(TOPIC);
        }
    }

    @Test
    void answersAgainAfterAPause() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(); Admin admin = admin(broker.bootstrapServers())) {
            broker.pause();
            var names = admin.listTopics().names();
            broker.resume();

            assertThat(names.get(30, TimeUnit.SECONDS)).isEmpty();
        }
    }

    private static Admin admin(String address) {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address));
    }

    private static void createTopicAndGroup(String address) throws Exception {
        try (Admin admin = admin(address)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
            var group = new ConfigResource(ConfigResource.Type.GROUP, GROUP);
            var earliest = new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(group, List.of(earliest))).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static KafkaProducer<String, String> producer(String address) {
        return new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address), new StringSerializer(), new StringSerializer());
    }

    private static KafkaShareConsumer<String, String> consumer(String address) {
        var consumer = new KafkaShareConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address, ConsumerConfig.GROUP_ID_CONFIG, GROUP),
                new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(TOPIC));
        return consumer;
    }

    private static void send(KafkaProducer<String, String> producer, String text) throws Exception {
        producer.send(new ProducerRecord<>(TOPIC, text)).get(30, TimeUnit.SECONDS);
    }

    /** Whether the text arrives; what was delivered and not acknowledged when the broker died may come again before it. */
    private static boolean receives(KafkaShareConsumer<String, String> consumer, String text) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean received = false;
        while (System.nanoTime() < deadline && !received) {
            for (ConsumerRecord<String, String> delivered : consumer.poll(Duration.ofMillis(500))) {
                received |= delivered.value().equals(text);
            }
            consumer.commitSync();
        }
        return received;
    }
}
