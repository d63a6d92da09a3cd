package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
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
    private Admin admin;

    @BeforeEach
    void start() {
        admin = Admin.create(Map.of("bootstrap.servers", system.servers().kafka().bootstrapServers()));
        system.createDatabase(DATABASE, "create table if not exists \"Product\" (id int primary key)",
                "insert into \"Product\" values (1) on conflict do nothing");
    }

    @AfterEach
    void stop() {
        try (Admin last = admin) {
            last.deleteAcls(List.of(AclBindingFilter.ANY));
        }
    }

    /** Everybody may do everything with the topic, but for this. */
    private void deny(String topic, AclOperation operation) throws Exception {
        admin.createAcls(List.of(right(topic, AclOperation.ALL, AclPermissionType.ALLOW), right(topic, operation, AclPermissionType.DENY)))
                .all().get();
    }

    private void allowEverything() throws Exception {
        admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    }

    private static AclBinding right(String topic, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:*", "*", operation, permission));
    }

    private static ObjectNode request(String path) {
        return TestSystem.request("us-std/" + DATABASE, "simple", "refused/" + path);
    }

    private int post(String path) {
        return system.asUser().contentType("application/json").body(request(path).toString()).post("/v2/exports").statusCode();
    }

    @Test
    void aRequestThatMayNotBeWrittenIsAnswered503() throws Exception {
        deny("export-requests", AclOperation.WRITE);
        await().atMost(PATIENCE).until(() -> post("written"), status -> status == 503);

        allowEverything();

        await().atMost(PATIENCE).until(() -> post("written"), status -> status == 201);
        system.export(request("written"));
    }

    @Test
    void aWorkerThatMayNotReportTriesUntilItMay() throws Exception {
        deny("export-states", AclOperation.WRITE);
        String id = system.create(request("reported")).get("id").asText();
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> system.get(id), export -> export.get("state").asText().equals("Pending"));

        allowEverything();

        JsonNode export = system.awaitEnd(id);
        assertThat(export.get("state").asText()).isEqualTo("Complete");
        assertThat(export.at("/progress/attempt").asInt()).isEqualTo(1);
    }

    @Test
    void workersAndProjectorReadOnWhenTheyMay() throws Exception {
        for (String topic : List.of("export-requests", "export-states")) {
            deny(topic, AclOperation.READ);
        }
        String id = system.create(request("read")).get("id").asText();
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> system.get(id), export -> export.get("state").asText().equals("Pending"));

        allowEverything();

        assertThat(system.awaitEnd(id).get("state").asText()).isEqualTo("Complete");
    }
}
