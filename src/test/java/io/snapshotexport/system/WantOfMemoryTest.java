package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.snapshotexport.deploy.MetricsText;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.messaging.IntakeWithoutMemory;
import io.snapshotexport.messaging.QueueWatchWithoutMemory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Errors that pass end no thread that everything depends on: a process without it would look well and do nothing. */
@QuarkusTest
@TestProfile(WantOfMemoryTest.AtFirst.class)
class WantOfMemoryTest {

    private static final String STATES = "export-states";

    TestSystem system;

    /** The first looks of the intake and of the watchdog find no memory. */
    public static final class AtFirst extends SlowDecisionTest.ShortSilence {

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(IntakeWithoutMemory.class, QueueWatchWithoutMemory.class);
        }
    }

    @Test
    void intakeAndWatchdogGoOn() {
        Duration patience = Duration.ofSeconds(30);
        await("the store's tables").atMost(patience).until(() -> given().noFilters().get("/q/health/ready").statusCode() == 200);
        system.createDatabase("want", "create table \"Product\" (id int primary key)", "insert into \"Product\" values (1)");
        String id = system.export(TestSystem.request("us-std/want", "simple", "want")).get("id").asText();
        assertThat(IntakeWithoutMemory.ERRORS_LEFT).hasValue(0);

        String silent = Long.toString(ExportId.parse(id).orElseThrow().value() + 1);
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            JsonNode begun = TestSystem.read(topics.all(STATES).stream().filter(record -> TopicRecords.text(record.key()).equals(id)).findFirst()
                    .map(record -> TopicRecords.text(record.value())).orElseThrow());
            String report = ((ObjectNode) begun).put("id", silent).toString();
            topics.write(new ProducerRecord<>(STATES, silent.getBytes(StandardCharsets.UTF_8), report.getBytes(StandardCharsets.UTF_8)));
            await().atMost(patience).until(() -> topics.all(STATES).stream().map(record -> TopicRecords.text(record.value()))
                    .anyMatch(state -> state.contains(silent) && state.contains("Complete")));
        }
        assertThat(QueueWatchWithoutMemory.ERRORS_LEFT).hasValue(0);
        assertThat(system.get(silent).at("/progress/attempt").asInt()).isEqualTo(2);
        String metrics = given().noFilters().accept(MetricsText.TYPE).get("/q/metrics").then().statusCode(200).extract().asString();
        assertThat(MetricsText.parse(metrics).value("snapshot_export_watchdog_handouts_total")).isOne();
    }
}
