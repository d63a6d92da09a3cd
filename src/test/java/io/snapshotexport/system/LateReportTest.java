package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A report that was long on its way comes after the export has ended: of each export the log keeps the last record alone. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class LateReportTest {

    private static final String STATES = "export-states";

    TestSystem system;

    @ParameterizedTest
    @ValueSource(strings = {"InProgress", "Failed"})
    void theLastWordOfTheLogStaysTheEnd(String state) {
        String database = "late" + state.toLowerCase(Locale.ROOT);
        system.createDatabase(database, "create table \"Product\" (id int primary key)", "insert into \"Product\" values (1)");
        String id = system.export(TestSystem.request("us-std/" + database, "simple", database)).get("id").asText();
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            JsonNode begun = states(topics, id).get(0);
            JsonNode ended = last(topics, id);
            assertThat(begun.get("state").asText()).isEqualTo("InProgress");
            assertThat(ended.get("state").asText()).isEqualTo("Complete");

            String late = late(begun, state).toString();
            topics.write(new ProducerRecord<>(STATES, id.getBytes(StandardCharsets.UTF_8), late.getBytes(StandardCharsets.UTF_8)));

            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(last(topics, id)).isEqualTo(ended));
            int records = states(topics, id).size();
            assertThat(system.get(id).get("state").asText()).isEqualTo("Complete");
            await("that it is said once").during(Duration.ofSeconds(2)).until(() -> states(topics, id).size() == records);
        }
    }

    private static JsonNode late(JsonNode begun, String state) {
        ObjectNode late = ((ObjectNode) begun).put("sequence", 3).put("state", state);
        if (state.equals("Failed")) {
            late.putObject("failure").put("code", "internal_error").put("message", "of an attempt that was given up");
        }
        return late;
    }

    private static List<JsonNode> states(TopicRecords topics, String id) {
        return topics.all(STATES).stream().filter(record -> TopicRecords.text(record.key()).equals(id))
                .map(record -> TestSystem.read(TopicRecords.text(record.value()))).toList();
    }

    private static JsonNode last(TopicRecords topics, String id) {
        List<JsonNode> states = states(topics, id);
        return states.get(states.size() - 1);
    }
}
