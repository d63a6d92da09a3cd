package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract with the clients that exist: how an export is asked for. Errors, pages and repetitions have tests of their own. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class ExportApiTest extends ExportApi {

    @Test
    void createsAPendingExportThatTheNextGetSees() {
        ObjectNode request = valid();
        request.putArray("collections").add("Product").add("Category").add("Product");

        String answer = system.asUser().contentType("application/json; charset=utf-8").body(request.toString()).post("/v2/exports")
                .then().statusCode(201).contentType("application/json").extract().asString();
        JsonNode created = TestSystem.read(answer);
        JsonNode got = system.get(created.get("id").asText());

        assertThat(got.get("id")).isEqualTo(created.get("id"));
        assertThat(created.get("id").isTextual()).isTrue();
        assertThat(created.get("state").asText()).isEqualTo("Pending");
        assertThat(created.get("is_terminal").asBoolean()).isFalse();
        assertThat(created.get("collections").toString()).isEqualTo("[\"Product\",\"Category\"]");
        assertThat(created.get("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        assertThat(created.at("/destination/s3/path").asText()).isEqualTo(request.at("/destination/s3/path").asText());
        assertThat(created.at("/destination/uri").asText()).isEqualTo("s3://exports/" + request.at("/destination/s3/path").asText());
        List<String> keys = new ArrayList<>();
        created.fieldNames().forEachRemaining(keys::add);
        assertThat(keys).containsExactly("id", "state", "database", "format", "destination", "created_at", "updated_at", "collections",
                "is_terminal");
    }

    @Test
    void takesTheDestinationAsAUriAndTheSimpleFormatWhenNoneIsNamed() {
        JsonNode created = TestSystem.read(post("{\"database\":\"us-std/api_test\",\"destination\":\"s3://exports/a/b\"}")
                .statusCode(201).extract().asString());

        assertThat(created.at("/destination/s3").toString()).isEqualTo("{\"bucket\":\"exports\",\"path\":\"a/b\"}");
        assertThat(created.get("format").asText()).isEqualTo("simple");
        assertThat(created.has("collections")).isFalse();
    }

    @Test
    void takesABodyOfJustTheMostBytes() {
        String body = valid().toString();
        post(body + " ".repeat(64 * 1024 - body.length())).statusCode(201);
    }

    @Test
    void unknownAddressesAndMethodsHaveErrorsOfTheSameShape() {
        isError(system.asUser().get("/v2/nothing").then(), 404, "not_found");
        isError(system.asUser().get("/").then(), 404, "not_found");
        isError(system.asUser().delete("/v2/exports").then(), 405, "method_not_allowed");
        isError(system.asUser().contentType("application/json").body("{}").put("/v2/exports/1").then(), 405, "method_not_allowed");
    }

    @Test
    void echoesAHarmlessRequestIdAndReplacesAnother() {
        system.asUser().header("X-Request-Id", "my-id.1").get("/v2/exports").then().header("X-Request-Id", equalTo("my-id.1"));
        system.asUser().header("X-Request-Id", "a b").get("/v2/exports").then().header("X-Request-Id", not(equalTo("a b")));
    }

    @Test
    void refreshesNoSession() {
        given().contentType("application/json").body("{}").post("/api/v1/session/refresh").then()
                .statusCode(401).body("code", equalTo("unauthorized")).body("reason", not(emptyString()));
    }
}
