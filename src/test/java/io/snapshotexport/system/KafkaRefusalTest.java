package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rights in Kafka that are missing for a while: nothing is promised that cannot be kept, and all goes on by itself when they are given. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class KafkaRefusalTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String DATABASE = "refused";

    TestSystem system;
    private KafkaRights rights;

    @BeforeEach
    void start() {
        rights = new KafkaRights(system);
        system.createDatabase(DATABASE, "create table if not exists \"Product\" (id int primary key)",
                "insert into \"Product\" values (1) on conflict do nothing");
    }

    @AfterEach
    void stop() {
        rights.close();
    }

    private static ObjectNode request(String path) {
        return TestSystem.request("us-std/" + DATABASE, "simple", "refused/" + path);
    }

    private int post(String path) {
        return system.asUser().contentType("application/json").body(request(path).toString()).post("/v2/exports").statusCode();
    }

    @Test
    void aRequestThatMayNotBeWrittenIsAnswered503() throws Exception {
        rights.deny("export-requests", AclOperation.WRITE);
        await().atMost(PATIENCE).until(() -> post("written"), status -> status == 503);

        rights.allowEverything();

        await().atMost(PATIENCE).until(() -> post("written"), status -> status == 201);
        system.export(request("written"));
    }

    @Test
    void aWorkerThatMayNotReportTriesUntilItMay() throws Exception {
        rights.deny("export-states", AclOperation.WRITE);
        String id = system.create(request("reported")).get("id").asText();
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> system.get(id), export -> export.get("state").asText().equals("Pending"));

        rights.allowEverything();

        JsonNode export = system.awaitEnd(id);
        assertThat(export.get("state").asText()).isEqualTo("Complete");
        assertThat(export.at("/progress/attempt").asInt()).isEqualTo(1);
    }

    @Test
    void workersAndProjectorReadOnWhenTheyMay() throws Exception {
        for (String topic : List.of("export-requests", "export-states")) {
            rights.deny(topic, AclOperation.READ);
        }
        String id = system.create(request("read")).get("id").asText();
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> system.get(id), export -> export.get("state").asText().equals("Pending"));

        rights.allowEverything();

        assertThat(system.awaitEnd(id).get("state").asText()).isEqualTo("Complete");
    }
}
