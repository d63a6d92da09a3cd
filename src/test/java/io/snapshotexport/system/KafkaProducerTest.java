package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.export.ExportId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kafka is a front door of its own: what anybody writes to the request log is an export, and the state log tells what becomes of it. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class KafkaProducerTest {

    private static final String REQUESTS = "export-requests";
    private static final String STATES = "export-states";
    private static final String DEAD = "export-requests-dead";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    TestSystem system;

    private TopicRecords topics;

    @BeforeEach
    void connect() {
        topics = new TopicRecords(system.kafka());
        system.createDatabase("kafka_shop", """
                CREATE TABLE IF NOT EXISTS "Product" (id bigint PRIMARY KEY, name text)""", """
                INSERT INTO "Product" SELECT i, 'product ' || i FROM generate_series(1, 20) i ON CONFLICT DO NOTHING""");
    }

    @AfterEach
    void disconnect() {
        topics.close();
    }

    private static ObjectNode request(String account, String database) {
        return TestSystem.request(database, "simple", "kafka/" + UUID.randomUUID()).put("account", account);
    }

    private static ProducerRecord<byte[], byte[]> goodRecord() {
        return new ProducerRecord<>(REQUESTS, 0, null, bytes(request("default", "us-std/kafka_shop").toString()));
    }

    private static String id(RecordMetadata place) {
        return ExportId.of(place.timestamp(), place.partition(), place.offset()).toString();
    }

    private JsonNode awaitKnown(String id) {
        await("export " + id + " is known").atMost(PATIENCE).until(() -> system.asUser().get("/v2/exports/" + id).statusCode() == 200);
        return system.get(id);
    }

    private List<JsonNode> states(String id) {
        return topics.all(STATES).stream().filter(record -> TopicRecords.text(record.key()).equals(id))
                .map(record -> TestSystem.read(TopicRecords.text(record.value()))).toList();
    }

    private void awaitState(String id, String state) {
        await(id + " is " + state).atMost(PATIENCE)
                .until(() -> states(id).stream().anyMatch(change -> change.get("state").asText().equals(state)));
    }

    @Test
    void aRecordIsAnExportOfTheAccountThatItNames() {
        ObjectNode request = request("default", "us-std/kafka_shop").put("priority", "of a newer writer");
        request.putObject("labels").put("team", "a");
        ((ObjectNode) request.at("/destination/s3")).put("storage_class", "of a newer writer");
        String path = request.at("/destination/s3/path").asText();

        String id = id(topics.write(REQUESTS, request.toString()));
        JsonNode pending = awaitKnown(id);
        JsonNode export = system.awaitEnd(id);

        assertThat(export.get("state").asText()).as("%s", export).isEqualTo("Complete");
        assertThat(export.get("created_at")).isEqualTo(pending.get("created_at"));
        assertThat(system.manifest(path).get("export_id").asText()).isEqualTo(id);
        assertThat(system.documents(path, "Product")).hasSize(20);
        assertThat(listed()).contains(id);
    }

    private List<String> listed() {
        List<String> ids = new ArrayList<>();
        TestSystem.read(system.asUser().queryParam("max_results", 1000).get("/v2/exports").asString()).get("results")
                .forEach(export -> ids.add(export.get("id").asText()));
        return ids;
    }

    @Test
    void anExportOfAnotherAccountRunsAndIsNotShown() {
        ObjectNode request = request("somebody else", "us-std/kafka_shop");

        String id = id(topics.write(REQUESTS, request.toString()));
        awaitState(id, "Complete");
        // What came later is in the store, so this one is as well.
        awaitKnown(id(topics.write(REQUESTS, request("default", "us-std/kafka_shop").toString())));

        assertThat(system.asUser().get("/v2/exports/" + id).statusCode()).isEqualTo(404);
        assertThat(listed()).doesNotContain(id);
        assertThat(states(id).get(0).get("account").asText()).isEqualTo("somebody else");
    }

    @Test
    void aRequestForARegionGroupThatIsNotThereFailsAndSaysSo() {
        String id = id(topics.write(REQUESTS, request("default", "mars/shop").toString()));
        awaitKnown(id);

        JsonNode failed = system.awaitEnd(id);

        assertThat(failed.get("state").asText()).isEqualTo("Failed");
        assertThat(failed.at("/failure/code").asText()).isEqualTo("validation_error");
        assertThat(failed.at("/failure/message").asText()).contains("mars");
    }

    static Stream<Arguments> noRequests() {
        String valid = request("default", "us-std/kafka_shop").toString();
        return Stream.of(
                Arguments.of(bytes("nonsense"), "not valid JSON"),
                Arguments.of(new byte[] {0, (byte) 0xff, (byte) 0xfe, 1}, "JSON"),
                Arguments.of(new byte[0], "empty"),
                Arguments.of(null, "no value"),
                Arguments.of(bytes("[]"), "an array"),
                Arguments.of(bytes("{}"), "`account` is missing"),
                Arguments.of(bytes("[".repeat(5000)), "not valid JSON"),
                Arguments.of(bytes("{\"account\":7}"), "the number `7`"),
                Arguments.of(bytes(valid + valid), "not valid JSON"),
                Arguments.of(bytes(valid.replace("\"default\"", "\" \"")), "`account` is ` `"),
                Arguments.of(bytes(valid.replace("us-std/kafka_shop", "us-std")), "without a database"),
                Arguments.of(bytes(valid.replace("us-std/kafka_shop", "us-std/" + "x".repeat(65))), "64 characters"),
                Arguments.of(bytes(valid.replace("\"simple\"", "\"xml\"")), "`xml`"),
                Arguments.of(bytes(valid.replace("\"exports\"", "\"No_Bucket\"")), "`No_Bucket`"),
                Arguments.of(bytes(valid.replace("kafka/", "../")), "segment `..`"),
                Arguments.of(bytes(valid.replace("\"format\"", "\"collections\":[\"Role\"],\"format\"")), "system collection"),
                Arguments.of(bytes(valid + " ".repeat(128 * 1024)), "128 KiB"),
                // As large as the broker takes: with the reason added it is larger.
                Arguments.of(bytes("x".repeat(1024 * 1024 - 200)), "128 KiB"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("noRequests")
    void whatIsNoRequestIsPutAsideWholeAndTheNextOneRuns(byte[] value, String reason) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(REQUESTS, 0, bytes("key"), value);
        record.headers().add("trace", bytes("4711")).add("dead-reason", bytes("mine"));
        RecordMetadata place = topics.write(record);
        RecordMetadata next = topics.write(goodRecord());

        awaitKnown(id(next));
        assertThat(system.awaitEnd(id(next)).get("state").asText()).isEqualTo("Complete");
        ConsumerRecord<byte[], byte[]> letter = await().atMost(PATIENCE).until(() -> letter(place), Optional::isPresent).orElseThrow();

        assertThat(letter.value()).isEqualTo(value);
        assertThat(letter.key()).isEqualTo(bytes("key"));
        Map<String, String> headers = TopicRecords.headers(letter);
        assertThat(headers.get("dead-reason")).contains(reason);
        assertThat(headers).containsEntry("trace", "4711");
        assertThat(letter.headers().headers("dead-reason").iterator().next().value()).isEqualTo(bytes("mine"));
        assertThat(system.asUser().get("/v2/exports/" + id(place)).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsTooLargeToBePutAsideWholeIsPutAsideWithoutItsValue() {
        setLargestRecord(512 * 1024);
        try {
            RecordMetadata place = topics.write(new ProducerRecord<>(REQUESTS, 0, bytes("key"), bytes("x".repeat(600 * 1024))));
            String next = id(topics.write(goodRecord()));

            awaitKnown(next);
            assertThat(system.awaitEnd(next).get("state").asText()).isEqualTo("Complete");
            ConsumerRecord<byte[], byte[]> letter = await().atMost(PATIENCE).until(() -> letter(place), Optional::isPresent).orElseThrow();
            assertThat(letter.value()).isNull();
            assertThat(letter.key()).isEqualTo(bytes("key"));
            assertThat(TopicRecords.headers(letter)).containsEntry("dead-value-bytes", Integer.toString(600 * 1024));
        } finally {
            setLargestRecord(2 * 1024 * 1024);
        }
    }

    private void setLargestRecord(int bytes) {
        try (Admin admin = Admin.create(system.kafka())) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, DEAD),
                    List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", Integer.toString(bytes)),
                            AlterConfigOp.OpType.SET)))).all().get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<ConsumerRecord<byte[], byte[]>> letter(RecordMetadata place) {
        List<ConsumerRecord<byte[], byte[]>> letters = topics.all(DEAD).stream().filter(letter -> {
            Map<String, String> headers = TopicRecords.headers(letter);
            return headers.get("dead-topic").equals(place.topic())
                    && headers.get("dead-partition").equals(Integer.toString(place.partition()))
                    && headers.get("dead-offset").equals(Long.toString(place.offset()));
        }).toList();
        assertThat(letters).hasSizeLessThan(2);
        return letters.stream().findFirst();
    }

    @Test
    void theStateLogTellsEveryChangeInOrder() {
        ObjectNode request = request("default", "us-std/kafka_shop");
        String id = id(topics.write(REQUESTS, request.toString()));
        awaitState(id, "Complete");

        List<JsonNode> states = states(id);

        assertThat(states).hasSizeGreaterThan(1);
        assertThat(states.get(0).get("state").asText()).isEqualTo("InProgress");
        assertThat(states.get(states.size() - 1).get("state").asText()).isEqualTo("Complete");
        assertThat(states.subList(0, states.size() - 1))
                .allSatisfy(state -> assertThat(state.get("state").asText()).isEqualTo("InProgress"));
        assertThat(states).extracting(state -> state.get("sequence").asLong()).isSorted().doesNotHaveDuplicates();
        assertThat(states).extracting(state -> Instant.parse(state.get("updated_at").asText())).isSorted();
        assertThat(states).allSatisfy(state -> {
            assertThat(state.get("id").asText()).isEqualTo(id);
            assertThat(state.get("attempt").asInt()).isEqualTo(1);
            assertThat(state.get("account").asText()).isEqualTo("default");
            assertThat(state.get("destination")).isEqualTo(request.get("destination"));
        });
    }

    @Test
    void aStateOfANewerWriterIsUnderstoodAndGarbageIsPassedOver() {
        String id = ExportId.of(System.currentTimeMillis(), 0, 4095).toString();
        ObjectNode state = request("default", "us-std/kafka_rebuilt")
                .put("id", id).put("state", "Complete").put("attempt", 1).put("sequence", 7)
                .put("created_at", "2026-01-01T00:00:00Z").put("updated_at", Instant.now().toString())
                .put("snapshot_ts", Instant.now().toString())
                .put("priority", "of a newer writer");
        state.putObject("progress").put("collections_total", 1).put("collections_done", 1).put("documents", 3)
                .put("bytes", 99).put("files", 1)
                .put("rows_per_second", 17.5);
        state.putObject("billing").putArray("units").add(1);

        for (String garbage : List.of("nonsense", "[]", "{}", state.deepCopy().put("state", "Paused").toString(),
                state.deepCopy().put("id", "x").toString(), state.deepCopy().put("updated_at", "yesterday").toString(),
                state.deepCopy().put("progress", "much").toString(), state.deepCopy().put("failure", "bad").toString())) {
            topics.write(new ProducerRecord<>(STATES, bytes(id), bytes(garbage)));
        }
        topics.write(new ProducerRecord<>(STATES, bytes(id), null));
        topics.write(new ProducerRecord<>(STATES, bytes(id), bytes(state.toString())));
        String late = state.deepCopy().put("sequence", 6).put("state", "InProgress").toString();
        topics.write(new ProducerRecord<>(STATES, bytes(id), bytes(late)));
        JsonNode export = awaitKnown(id);

        assertThat(export.get("state").asText()).isEqualTo("Complete");
        assertThat(export.at("/progress/documents").asLong()).isEqualTo(3);
        // The projection goes on behind it.
        system.export(TestSystem.request("us-std/kafka_shop", "simple", "kafka/" + UUID.randomUUID()));
        assertThat(system.get(id).get("state").asText()).isEqualTo("Complete");
    }
}
