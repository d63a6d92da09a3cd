package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.response.ValidatableResponse;
import io.snapshotexport.account.AccountKeySecret;
import io.snapshotexport.contract.ResponseContract;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract with the clients that exist: answers, errors, paging, idempotency. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class ExportApiTest {

    TestSystem system;

    private long publishedBefore;

    @BeforeEach
    void countRequests() {
        publishedBefore = system.records("export-requests");
    }

    private void nothingWasPublished() {
        assertThat(system.records("export-requests")).isEqualTo(publishedBefore);
    }

    private static ObjectNode valid() {
        return TestSystem.request("us-std/api_test", "simple", "api/" + UUID.randomUUID());
    }

    private ValidatableResponse post(String body) {
        return system.asUser().contentType("application/json").body(body).post("/v2/exports").then();
    }

    private static void isError(ValidatableResponse response, int status, String code) {
        response.statusCode(status).contentType("application/json").header("X-Request-Id", not(emptyString()))
                .body("error.code", equalTo(code)).body("error.message", not(emptyString())).body("$", not(hasKey("response")));
    }

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
        assertThat(keys).containsExactly("id", "state", "database", "format", "destination", "created_at", "updated_at", "collections", "is_terminal");
    }

    @Test
    void takesTheDestinationAsAUriAndTheSimpleFormatWhenNoneIsNamed() {
        JsonNode created = TestSystem.read(post("{\"database\":\"us-std/api_test\",\"destination\":\"s3://exports/a/b\"}")
                .statusCode(201).extract().asString());

        assertThat(created.at("/destination/s3").toString()).isEqualTo("{\"bucket\":\"exports\",\"path\":\"a/b\"}");
        assertThat(created.get("format").asText()).isEqualTo("simple");
        assertThat(created.has("collections")).isFalse();
    }

    static Stream<Arguments> badBodies() {
        String destination = "\"destination\":{\"s3\":{\"bucket\":\"exports\",\"path\":\"p\"}}";
        String database = "\"database\":\"us-std/db\"";
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("{", "not valid JSON"),
                Arguments.of("nonsense", "not valid JSON"),
                Arguments.of("{" + database + "," + destination + "} x", "not valid JSON"),
                Arguments.of("[".repeat(1000), "not valid JSON"),
                Arguments.of("[]", "an array"),
                Arguments.of("\"text\"", "the string `text`"),
                Arguments.of("null", "null"),
                Arguments.of("{}", "`database` is missing"),
                Arguments.of("{" + destination + "}", "`database` is missing"),
                Arguments.of("{" + database + "}", "`destination` is missing"),
                Arguments.of("{" + database + "," + database + "," + destination + "}", "database"),
                Arguments.of("{\"database\":7," + destination + "}", "the number `7`"),
                Arguments.of("{\"database\":\"\"," + destination + "}", "`database` is ``"),
                Arguments.of("{\"database\":\"us-std\"," + destination + "}", "without a database"),
                Arguments.of("{\"database\":\"us/db\"," + destination + "}", "`us-std/db`"),
                Arguments.of("{\"database\":\"mars/db\"," + destination + "}", "`away`, `eu-std`, `tagged`, `us-std`"),
                Arguments.of("{\"database\":\"us-std/a\\u0000b\"," + destination + "}", "\\u0000"),
                Arguments.of("{\"database\":\"us-std/" + "x".repeat(65) + "\"," + destination + "}", "64 characters"),
                Arguments.of("{" + database + "," + destination + ",\"colections\":[\"A\"]}", "Unknown field `colections`"),
                Arguments.of("{" + database + "," + destination + ",\"collections\":[]}", "`collections` is empty"),
                Arguments.of("{" + database + "," + destination + ",\"collections\":\"A\"}", "the string `A`"),
                Arguments.of("{" + database + "," + destination + ",\"collections\":null}", "`collections` is null"),
                Arguments.of("{" + database + "," + destination + ",\"collections\":[1]}", "the number `1`"),
                Arguments.of("{" + database + "," + destination + ",\"collections\":[\"\"]}", "is empty"),
                Arguments.of("{" + database + "," + destination + ",\"collections\":[\"Role\"]}", "system collection"),
                Arguments.of("{" + database + "," + destination + ",\"format\":\"xml\"}", "`xml`"),
                Arguments.of("{" + database + "," + destination + ",\"format\":null}", "`format` is missing"),
                Arguments.of("{" + database + ",\"destination\":\"exports\"}", "s3://bucket/path"),
                Arguments.of("{" + database + ",\"destination\":{}}", "`destination.s3` is missing"),
                Arguments.of("{" + database + ",\"destination\":{\"gcs\":{}}}", "Unknown field `destination.gcs`"),
                Arguments.of("{" + database + ",\"destination\":{\"s3\":{\"bucket\":\"exports\"}}}", "`destination.s3.path` is missing"),
                Arguments.of("{" + database + ",\"destination\":{\"s3\":{\"bucket\":\"My_Bucket\",\"path\":\"p\"}}}", "`My_Bucket`"),
                Arguments.of("{" + database + ",\"destination\":{\"s3\":{\"bucket\":\"exports\",\"path\":\"a/../b\"}}}", "segment `..`"),
                Arguments.of("{" + database + ",\"destination\":{\"s3\":{\"bucket\":\"exports\",\"path\":\"p\",\"acl\":1}}}", "destination.s3.acl"));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void saysWhatIsWrongWithABodyAndPublishesNothing(String body, String expected) {
        ValidatableResponse response = post(body);

        isError(response, 400, "bad_request");
        response.body("error.message", containsString(expected));
        nothingWasPublished();
    }

    @ParameterizedTest
    @ValueSource(ints = {64 * 1024 + 1, 70 * 1024, 2 * 1024 * 1024})
    void refusesABodyThatIsTooLarge(int size) {
        isError(post("{\"database\":\"" + "x".repeat(size - 14) + "\"}"), 400, "bad_request");
        nothingWasPublished();
    }

    @Test
    void takesABodyOfJustTheMostBytes() {
        String body = valid().toString();
        post(body + " ".repeat(64 * 1024 - body.length())).statusCode(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/jsonx", "multipart/form-data", "application/x-www-form-urlencoded"})
    void refusesAnotherContentType(String type) {
        isError(system.asUser().config(RestAssured.config().encoderConfig(EncoderConfig.encoderConfig()
                        .appendDefaultContentCharsetToContentTypeIfUndefined(false).encodeContentTypeAs(type, io.restassured.http.ContentType.TEXT)))
                .contentType(type).body(valid().toString()).post("/v2/exports").then(), 415, "unsupported_media_type");
        nothingWasPublished();
    }

    @Test
    void refusesABodyWithoutAContentType() {
        isError(system.asUser().noContentType().body(valid().toString().getBytes()).post("/v2/exports").then(), 415, "unsupported_media_type");
        nothingWasPublished();
    }

    static Stream<String> badAuthorizations() {
        return Stream.of("", "Bearer", "Bearer ", "Bearer undefined", "Basic YTpi", "Bearer sxk_a_b",
                "Bearer " + AccountKeySecret.generate().reveal(), "Bearer " + "x".repeat(5000));
    }

    @ParameterizedTest
    @MethodSource("badAuthorizations")
    void aMissingOrWrongKeyIsA401OnEveryCall(String authorization) {
        isError(given().header("Authorization", authorization).contentType("application/json").body(valid().toString()).post("/v2/exports").then(),
                401, "unauthorized");
        isError(given().header("Authorization", authorization).get("/v2/exports").then(), 401, "unauthorized");
        isError(given().header("Authorization", authorization).get("/v2/exports/1").then(), 401, "unauthorized");
        isError(given().get("/v2/exports").then(), 401, "unauthorized");
        nothingWasPublished();
    }

    @Test
    void aRightKeyIdWithAnotherSecretIsA401() {
        String key = system.accountKey();
        String id = key.substring(4, 16);
        String other = AccountKeySecret.generate().reveal();
        for (String forged : List.of(key.substring(0, 17) + other.substring(17), key.replace(id, other.substring(4, 16)), key + "x")) {
            isError(given().header("Authorization", "Bearer " + forged).get("/v2/exports").then(), 401, "unauthorized");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0", "abc", "-1", "912376584172736512", "9223372036854775808", "%2e%2e", "1'or'1'='1", "%00"})
    void anUnknownIdIsA404(String id) {
        isError(system.asUser().urlEncodingEnabled(false).get("/v2/exports/" + id).then(), 404, "not_found");
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

    @Test
    void listsNewestFirstInPagesThatStayStableWhileExportsAreAdded() {
        String database = "us-std/listed_" + System.nanoTime();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.add(0, system.create(TestSystem.request(database, "simple", "list/" + i)).get("id").asText());
        }

        List<String> seen = new ArrayList<>();
        String token = null;
        int pages = 0;
        do {
            var query = system.asUser().queryParam("database", database).queryParam("max_results", 3);
            JsonNode page = TestSystem.read((token == null ? query : query.queryParam("next_token", token)).get("/v2/exports")
                    .then().statusCode(200).extract().asString());
            page.get("results").forEach(export -> seen.add(export.get("id").asText()));
            token = page.has("next_token") ? page.get("next_token").asText() : null;
            system.create(TestSystem.request(database, "simple", "list/more" + pages++));
        } while (token != null);

        assertThat(seen).isEqualTo(ids);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void filtersByState() {
        String id = system.create(TestSystem.request("us-std/filtered_" + System.nanoTime(), "simple", "filtered")).get("id").asText();
        JsonNode failed = system.awaitEnd(id);
        assertThat(failed.get("state").asText()).isEqualTo("Failed");

        assertThat(listed(failed, "Failed", "Complete")).containsExactly(id);
        assertThat(listed(failed, "Pending", "InProgress")).isEmpty();
    }

    private List<String> listed(JsonNode export, String... states) {
        JsonNode page = TestSystem.read(system.asUser().queryParam("database", export.get("database").asText())
                .queryParam("state", (Object[]) states).get("/v2/exports").then().statusCode(200).extract().asString());
        List<String> ids = new ArrayList<>();
        page.get("results").forEach(found -> ids.add(found.get("id").asText()));
        return ids;
    }

    @ParameterizedTest
    @CsvSource({"max_results,0", "max_results,NaN", "max_results,1001", "max_results,-1", "max_results,1.5", "state,Done", "state,pending",
        "next_token,x", "next_token,YmVmb3JlOng", "database,us-std", "database,us-std/a%00b"})
    void saysWhatIsWrongWithAQuery(String parameter, String value) {
        ValidatableResponse response = system.asUser().urlEncodingEnabled(false).get("/v2/exports?" + parameter + "=" + value).then();

        isError(response, 400, "bad_request");
        response.body("error.message", containsString("`" + parameter + "`"));
    }

    @Test
    void theSameIdempotencyKeyGivesTheSameExport() {
        String key = UUID.randomUUID().toString();
        String body = valid().toString();

        var first = system.asUser().contentType("application/json").header("Idempotency-Key", key).body(body).post("/v2/exports").then().statusCode(201);
        var again = system.asUser().contentType("application/json").header("Idempotency-Key", key).body(body).post("/v2/exports").then().statusCode(201);

        assertThat(again.extract().<String>path("response.id")).isEqualTo(first.extract().path("response.id"));
        assertThat(first.extract().header("Idempotent-Replayed")).isNull();
        assertThat(again.extract().header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(system.records("export-requests")).isEqualTo(publishedBefore + 1);
    }

    @Test
    void anIdempotencyKeyBelongsToOneRequest() {
        String key = UUID.randomUUID().toString();
        system.asUser().contentType("application/json").header("Idempotency-Key", key).body(valid().toString()).post("/v2/exports").then().statusCode(201);

        isError(system.asUser().contentType("application/json").header("Idempotency-Key", key).body(valid().toString()).post("/v2/exports").then(),
                400, "idempotency_key_reused");
    }

    @Test
    void requestsWithOneIdempotencyKeyAtOncePublishOnce() {
        String key = UUID.randomUUID().toString();
        String body = valid().toString();

        List<String> ids = Stream.generate(() -> body).limit(12).parallel()
                .map(same -> system.asUser().contentType("application/json").header("Idempotency-Key", key).body(same).post("/v2/exports")
                        .then().statusCode(201).extract().<String>path("response.id"))
                .distinct().toList();

        assertThat(ids).hasSize(1);
        assertThat(system.records("export-requests")).isEqualTo(publishedBefore + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void aBlankOrEndlessIdempotencyKeyIsRefused(int length) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.BodyPublishers.ofString(valid().toString()), "x".repeat(length));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("bad_request").contains("255 characters");
        nothingWasPublished();
    }

    @ParameterizedTest
    @ValueSource(ints = {64 * 1024 + 1, 200 * 1024, 2 * 1024 * 1024})
    void refusesABodyOfUnknownLengthThatIsTooLarge(int size) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[size])), "key");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("64 KiB");
        nothingWasPublished();
    }

    private HttpResponse<String> send(HttpRequest.BodyPublisher body, String idempotencyKey) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/v2/exports"))
                .header("Authorization", "Bearer " + system.accountKey())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(body).build(), HttpResponse.BodyHandlers.ofString());
        ResponseContract.check("POST", "/v2/exports", answer.statusCode(), name -> answer.headers().firstValue(name).orElse(null), answer.body());
        return answer;
    }
}
