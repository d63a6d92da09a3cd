package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.messaging.ProjectorLag;
import io.snapshotexport.messaging.QueueWatch;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A producer that asks for exports in transactions: what it takes back never was, and the markers in the log confuse nobody. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class TransactionalProducerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    TestSystem system;
    @Inject
    QueueWatch queue;
    @Inject
    ProjectorLag lag;

    @BeforeEach
    void createDatabase() {
        system.createDatabase("transactional", "create table if not exists \"Product\" (id int primary key)");
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Properties settings = system.kafka();
        settings.put("transactional.id", "shop-" + UUID.randomUUID());
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        return producer;
    }

    private static String send(KafkaProducer<byte[], byte[]> producer, String path) throws Exception {
        ObjectNode request = TestSystem.request("us-std/transactional", "simple", path).put("account", "default");
        RecordMetadata place = producer.send(new ProducerRecord<>("export-requests", request.toString().getBytes(StandardCharsets.UTF_8))).get();
        return ExportId.of(place.timestamp(), place.partition(), place.offset()).toString();
    }

    private int status(String id) {
        return system.asUser().get("/v2/exports/" + id).statusCode();
    }

    @Test
    void whatIsCommittedRunsAndWhatIsAbortedNeverWas() throws Exception {
        String taken = null;
        String aborted;
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            aborted = send(producer, "transactional/aborted");
            producer.flush();
            await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> status(aborted) == 404);
            producer.abortTransaction();
            producer.beginTransaction();
            taken = send(producer, "transactional/committed");
            producer.commitTransaction();
        }
        String committed = taken;
        await("the projector reads on").atMost(PATIENCE).until(() -> status(committed) == 200);

        assertThat(system.awaitEnd(committed).get("state").asText()).isEqualTo("Complete");
        assertThat(status(aborted)).isEqualTo(404);
        assertThat(system.inBucket("transactional/aborted")).doesNotExist();
    }

    /** The log ends with a marker, behind which no reader confirms a place until the next record comes. */
    @Test
    void theProjectorIsNotTakenForBehindAfterATransaction() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            String id = send(producer, "transactional/last");
            producer.commitTransaction();
            await().atMost(PATIENCE).until(() -> status(id) == 200);
            system.awaitEnd(id);
        }

        await("watchdog judges").atMost(PATIENCE).until(() -> queue.lookWhenCaughtUp().isPresent());
        await("no lag").atMost(PATIENCE).untilAsserted(() -> assertThat(lag.look().get("export-requests").records()).isZero());
        long end = lag.endOfRequests().await().atMost(PATIENCE);
        assertThat(lag.hasRequestsBefore(end).await().atMost(PATIENCE)).isTrue();
        assertThat(lag.hasRequestsBefore(end + 1).await().atMost(PATIENCE)).isFalse();
    }
}
