package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.contract.ContractDocument;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.DatafileFormat;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.Trail;
import io.snapshotexport.messaging.RequestLog;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Every record that the service writes or takes is one that {@code asyncapi.yaml} describes, and both documents are served. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class KafkaContractTest {

    private static final ContractDocument DOCUMENT = ContractDocument.asyncApi();
    private static final List<String> TOPICS = List.of("export-requests", "export-retries", "export-states", "export-requests-dead");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    TestSystem system;

    @Inject
    RequestLog requestLog;

    @Test
    void theFourTopicsHoldWhatTheDocumentDescribes() {
        // Other tests write what no service would.
        long begin = System.currentTimeMillis();
        writeEveryKindOfRecord();

        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            // Records of other writers need not be requests; they are then among the dead letters.
            Set<String> dead = topics.all("export-requests-dead").stream().map(TopicRecords::headers)
                    .map(headers -> headers.get("dead-topic") + headers.get("dead-partition") + "/" + headers.get("dead-offset"))
                    .collect(Collectors.toSet());
            assertThat(dead).isNotEmpty();
            for (String topic : TOPICS) {
                List<ConsumerRecord<byte[], byte[]>> records = topics.all(topic).stream()
                        .filter(record -> record.timestamp() >= begin)
                        .filter(record -> !dead.contains(record.topic() + record.partition() + "/" + record.offset())).toList();
                assertThat(records).as(topic).isNotEmpty().allSatisfy(KafkaContractTest::isDescribed);
            }
        }
    }

    private void writeEveryKindOfRecord() {
        system.createDatabase("described_shop", """
                CREATE TABLE IF NOT EXISTS "Product" (id bigint PRIMARY KEY, name text)""", """
                INSERT INTO "Product" VALUES (1, 'Pizza') ON CONFLICT DO NOTHING""");
        system.export(TestSystem.request("us-std/described_shop", "tagged", "described/whole"));
        system.awaitEnd(system.create(TestSystem.request("us-std/described_missing", "simple", "described/missing")).get("id").asText());
        system.asUser().contentType("application/json").header("Idempotency-Key", UUID.randomUUID())
                .body(TestSystem.request("us-std/described_shop", "simple", "described/some", "Product").toString()).post("/v2/exports");
        ExportRequest retried = new ExportRequest("default", DatabasePath.parse("us-std/described_shop"), List.of(), DocumentFormat.SIMPLE,
                new Datafiles(DatafileFormat.JSONL, true), new S3Destination("exports", "described/retried"));
        PossibleFiles left = new PossibleFiles(new TreeMap<>(Map.of("Product", new TreeMap<>(Map.of(0, 3)))));
        Trail trail = new Trail(left, List.of(new OpenUpload("Product", 0, 2, "unknown")), true, "S3 answered 503 SlowDown.");
        requestLog.publishRetry(ExportId.of(System.currentTimeMillis(), 0, 4094), 2, retried, trail,
                new Correlation("described.retry", null)).await().atMost(PATIENCE);
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            long before = system.records("export-requests-dead");
            topics.write("export-requests", "no request");
            await().atMost(PATIENCE).until(() -> system.records("export-requests-dead") > before);
        }
    }

    private static void isDescribed(ConsumerRecord<byte[], byte[]> record) {
        assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        Map.Entry<String, JsonNode> channel = channel(record.topic());
        String name = channel.getValue().get("messages").fieldNames().next();
        String message = DOCUMENT.resolve("/channels/" + channel.getKey() + "/messages/" + name);
        Map<String, String> headers = TopicRecords.headers(record);
        boolean ours = !record.topic().startsWith("export-requests") || headers.containsKey("request-id");

        ObjectNode texts = JsonNodeFactory.instance.objectNode();
        headers.forEach(texts::put);
        assertThat(faults(ours, message + "/headers", texts)).as("headers of %s", record).isEmpty();
        String key = DOCUMENT.resolve(message + "/bindings/kafka/key");
        if (ours && !DOCUMENT.root().at(key).isMissingNode() && record.topic().equals("export-states")) {
            assertThat(DOCUMENT.faults(key, TextNode.valueOf(TopicRecords.text(record.key())))).as("key of %s", record).isEmpty();
        }
        if (!record.topic().equals("export-requests-dead")) {
            JsonNode payload = TestSystem.read(TopicRecords.text(record.value()));
            assertThat(faults(ours, DOCUMENT.resolve(message + "/payload"), payload)).as("%s", payload).isEmpty();
        }
    }

    private static List<String> faults(boolean ours, String schema, JsonNode value) {
        return ours ? DOCUMENT.faults(schema, value) : DOCUMENT.faultsForReaders(schema, value);
    }

    private static Map.Entry<String, JsonNode> channel(String topic) {
        return DOCUMENT.root().get("channels").properties().stream()
                .filter(channel -> channel.getValue().get("address").asText().equals(topic)).findFirst().orElseThrow();
    }

    @Test
    void bothDocumentsAreServed() {
        assertThat(system.asUser().get("/openapi").then().statusCode(200).contentType("application/yaml").extract().asString())
                .startsWith("openapi: 3.1.0\n").endsWith("\n");
        assertThat(system.asUser().get("/asyncapi").then().statusCode(200).contentType("application/yaml").extract().asString())
                .startsWith("asyncapi: 3.0.0\n").contains("export-states").endsWith("\n");
    }

    @Test
    void healthIsAsDescribed() {
        for (String path : List.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started")) {
            system.asUser().get(path).then().statusCode(200);
        }
    }
}
