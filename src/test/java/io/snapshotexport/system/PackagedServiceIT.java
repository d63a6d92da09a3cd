package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.snapshotexport.export.ExportId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The main job with the program as it is shipped: the jar in a JVM of its own, or, with {@code -Dnative}, the native executable. What that one
 * lacks because nobody has told its builder shows here.
 */
@QuarkusIntegrationTest
@QuarkusTestResource(SystemResource.class)
class PackagedServiceIT {

    private static final String REQUESTS = "export-requests";
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final int PRODUCTS = 500;

    TestSystem system;

    @BeforeEach
    void fill() {
        await("the service is ready").atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> given().noFilters().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP")));
        system.createDatabase("packaged", """
                CREATE TABLE IF NOT EXISTS "Product" (id bigint PRIMARY KEY, name text, price numeric, tags jsonb, added timestamptz)""", """
                INSERT INTO "Product" SELECT i, 'product ' || i, i / 7.0, '["a", {"b": 1}]', now() FROM generate_series(1, 500) i
                ON CONFLICT DO NOTHING""");
    }

    @Test
    void anExportOverHttpIsCompleteAndItsManifestListsItsFiles() {
        JsonNode export = system.export(TestSystem.request("us-std/packaged", "tagged", "packaged/http"));

        assertThat(export.at("/progress/documents").asInt()).isEqualTo(PRODUCTS);
        JsonNode manifest = system.manifest("packaged/http");
        assertThat(manifest.get("export_id").asText()).isEqualTo(export.get("id").asText());
        assertThat(system.documents("packaged/http", "Product")).hasSize(PRODUCTS)
                .first().satisfies(document -> assertThat(document.at("/coll/@mod").asText()).isEqualTo("Product"));
        given().noFilters().get("/q/metrics").then().statusCode(200).body(containsString("snapshot_export_source_snapshot_age_seconds"));
    }

    @Test
    void whatIsWrongIsSaidInTheSameWay() {
        system.asUser().contentType("application/json").body("{\"database\":\"us-std/packaged\"}").post("/v2/exports")
                .then().statusCode(400).body("error.code", equalTo("bad_request"));
        given().get("/v2/exports").then().statusCode(401);
        for (String contract : List.of("/openapi", "/asyncapi")) {
            given().noFilters().get(contract).then().statusCode(200);
        }
    }

    /** Two of the codecs are libraries in C, one is found by its name. Projector and worker must both read every one. */
    @Test
    void requestsOfProducersThatCompressAreExportsToo() {
        List<String> ids = new ArrayList<>();
        for (String codec : CODECS) {
            Properties settings = system.kafka();
            settings.put("compression.type", codec);
            try (TopicRecords producer = new TopicRecords(settings)) {
                ObjectNode request = TestSystem.request("us-std/packaged", "simple", "packaged/" + codec).put("account", "default");
                request.put("padding", "so much of the same that it is compressed ".repeat(50));
                RecordMetadata place = producer.write(REQUESTS, request.toString());
                ids.add(ExportId.of(place.timestamp(), place.partition(), place.offset()).toString());
            }
        }

        for (String id : ids) {
            await(id + " is known").atMost(Duration.ofSeconds(30)).until(() -> system.asUser().get("/v2/exports/" + id).statusCode() == 200);
            assertThat(system.awaitEnd(id).get("state").asText()).as("%s", id).isEqualTo("Complete");
        }
        for (String codec : CODECS) {
            assertThat(system.documents("packaged/" + codec, "Product")).as(codec).hasSize(PRODUCTS);
        }
    }
}
