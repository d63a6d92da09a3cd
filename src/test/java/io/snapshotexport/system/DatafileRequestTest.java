package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.snapshotexport.export.ExportId;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code datafile_format} and {@code datafile_compression} on their way from the request to the answers, the store and the logs. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class DatafileRequestTest {

    private static final String DATABASE = "us-std/datafile_request";

    TestSystem system;

    private final String key = UUID.randomUUID().toString();
    private final ObjectNode request = TestSystem.request(DATABASE, "simple", "datafile_request/" + key);

    private static ObjectNode with(ObjectNode request, String format, boolean compression) {
        return request.put("datafile_format", format).put("datafile_compression", compression);
    }

    private ValidatableResponse post() {
        return system.asUser().contentType("application/json").header("Idempotency-Key", key).body(request.toString()).post("/v2/exports").then();
    }

    private static void tells(JsonNode export, String format, boolean compression) {
        assertThat(export.get("datafile_format").asText()).isEqualTo(format);
        assertThat(export.get("datafile_compression").isBoolean()).isTrue();
        assertThat(export.get("datafile_compression").booleanValue()).isEqualTo(compression);
    }

    private static void tellsNothing(JsonNode export) {
        assertThat(export.has("datafile_format") || export.has("datafile_compression")).as("%s", export).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"json,true", "jsonl,false", "jsonl,true"})
    void filesThatAreNotPlainJsonAreToldInEveryAnswerAndReport(String format, boolean compression) {
        String id = system.create(with(request, format, compression)).get("id").asText();
        JsonNode ended = system.awaitEnd(id);

        tells(ended, format, compression);
        tells(system.get(id), format, compression);
        tells(TestSystem.read(system.asUser().queryParam("database", DATABASE).get("/v2/exports").asString()).at("/results/0"), format, compression);
        assertThat(states(id)).isNotEmpty().allSatisfy(state -> tells(state, format, compression));
    }

    private List<JsonNode> states(String id) {
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            return topics.all("export-states").stream().filter(record -> TopicRecords.text(record.key()).equals(id))
                    .map(record -> TestSystem.read(TopicRecords.text(record.value()))).toList();
        }
    }

    @Test
    void eitherFieldMayStandAlone() {
        request.put("datafile_compression", true);
        tells(system.create(request), "json", true);

        request.remove("datafile_compression");
        request.put("datafile_format", "jsonl");
        tells(system.create(request), "jsonl", false);
    }

    @Test
    void theDefaultsSpelledOutAreTheSameRequest() {
        JsonNode first = TestSystem.read(post().header("Idempotent-Replayed", nullValue()).extract().asString());
        with(request, "json", false);
        JsonNode again = TestSystem.read(post().statusCode(201).header("Idempotent-Replayed", equalTo("true")).extract().asString());

        assertThat(again.get("id")).isEqualTo(first.get("id"));
        tellsNothing(first);
        tellsNothing(again);
    }

    @ParameterizedTest
    @CsvSource({"json,true", "jsonl,false"})
    void anIdempotencyKeyDoesNotStandForOtherFiles(String format, boolean compression) {
        post().statusCode(201);

        with(request, format, compression);

        post().statusCode(400).body("error.code", equalTo("idempotency_key_reused"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "datafile_format | \"csv\" | `datafile_format` is `csv`; send `json` or `jsonl`",
        "datafile_format | \"JSON\" | `datafile_format` is `JSON`; send `json` or `jsonl`",
        "datafile_format | \"jsonl.gz\" | and `datafile_compression` for gzip",
        "datafile_format | 1 | `datafile_format` is the number `1`; send a string `json` or `jsonl`",
        "datafile_format | null | `datafile_format` is missing; send a string `json` or `jsonl`",
        "datafile_compression | \"true\" | `datafile_compression` is the string `true`; send the boolean `true` for gzip or `false`",
        "datafile_compression | 1 | `datafile_compression` is the number `1`; send the boolean `true` for gzip or `false`",
        "datafile_compression | null | `datafile_compression` is null; send the boolean `true` for gzip or `false`"})
    void saysWhatIsWrongAndPublishesNothing(String field, String value, String expected) {
        long published = system.records("export-requests");
        request.set(field, TestSystem.read("[" + value + "]").get(0));

        post().statusCode(400).body("error.code", equalTo("bad_request")).body("error.message", containsString(expected))
                .body("error.metadata.field", equalTo(field));

        assertThat(system.records("export-requests")).isEqualTo(published);
    }

    @Test
    void aProducerMayAskForThemTooAndAnOlderOneGetsPlainJson() {
        system.createDatabase("datafile_request", "create table if not exists \"Product\" (id int primary key)",
                "insert into \"Product\" values (1) on conflict do nothing");
        request.put("account", "default");
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            String older = id(topics.write("export-requests", request.toString()));
            tellsNothing(awaitEnd(older));
            assertThat(fileNames()).containsExactly("Product_00_000000.json");

            String newer = id(topics.write("export-requests", with(request, "jsonl", true).toString()));
            tells(awaitEnd(newer), "jsonl", true);
            assertThat(fileNames()).containsExactly("Product_00_000000.json", "Product_00_000000.jsonl.gz");
        }
    }

    private JsonNode awaitEnd(String id) {
        await().until(() -> system.asUser().get("/v2/exports/" + id).statusCode() == 200);
        return system.awaitEnd(id);
    }

    private List<String> fileNames() {
        return system.files("datafile_request/" + key, "Product").stream().map(file -> file.getFileName().toString()).toList();
    }

    private static String id(RecordMetadata place) {
        return ExportId.of(place.timestamp(), place.partition(), place.offset()).toString();
    }
}
