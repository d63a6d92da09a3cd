package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.snapshotexport.embedded.KafkaBroker;
import io.snapshotexport.messaging.ServiceProducer;
import io.snapshotexport.system.TopicRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is restarted in good order while it owes answers. */
class BrokerRestartTest {

    private static final String TOPIC = "log";
    /** Longer than a restart takes. */
    private static final String PATIENCE = "40s";

    @TempDir
    private Path directory;

    /**
     * A broker remembers the last batch of each producer over a restart, not those before it: several in flight would be written again, under a
     * new epoch, with the answer that all is well.
     */
    @Test
    void doesNotDoubleWhatItHadWrittenAndNotYetAcknowledged() throws Exception {
        try (FaultProxy way = new FaultProxy("api", Protocol.KAFKA);
                KafkaBroker broker = KafkaBroker.start(directory, Map.of("advertised.API", Integer.toString(way.port())))) {
            way.leadTo(broker.listenerPort("API"));
            Properties direct = new Properties();
            direct.setProperty("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                    Producer<byte[], byte[]> producer = ServiceProducer.of("127.0.0.1:" + way.port(), PATIENCE);
                    TopicRecords records = new TopicRecords(direct)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())
                        .configs(Map.of("message.timestamp.type", "LogAppendTime")))).all().get();
                Future<RecordMetadata> known = send(producer, "known");
                known.get(10, TimeUnit.SECONDS);
                Trap answer = Trap.answer(message -> message.is("Produce") && message.contains("first"));
                way.add(answer);

                Future<RecordMetadata> first = send(producer, "first");
                answer.await(Duration.ofSeconds(10));
                Future<RecordMetadata> second = send(producer, "second");
                Future<RecordMetadata> third = send(producer, "third");
                // With more than one in flight these are written now.
                await().pollDelay(Duration.ofSeconds(1)).until(() -> texts(records).size() >= 2);
                broker.restart();
                answer.drop();

                List<String> places = new ArrayList<>();
                for (Future<RecordMetadata> one : List.of(known, first, second, third)) {
                    RecordMetadata place = one.get(60, TimeUnit.SECONDS);
                    places.add(place.offset() + " " + place.timestamp());
                }
                assertThat(texts(records)).containsExactly("known", "first", "second", "third");
                assertThat(places).as("where the producer is told that they are: ids are made of that")
                        .isEqualTo(records.all(TOPIC).stream().map(record -> record.offset() + " " + record.timestamp()).toList());
            }
        }
    }

    private static List<String> texts(TopicRecords records) {
        return records.all(TOPIC).stream().map(record -> TopicRecords.text(record.value())).toList();
    }

    private static Future<RecordMetadata> send(Producer<byte[], byte[]> producer, String text) {
        return producer.send(new ProducerRecord<>(TOPIC, text.getBytes(StandardCharsets.UTF_8)));
    }
}
