package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.response.ValidatableResponse;
import io.snapshotexport.account.AccountKeySecret;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract with the clients that exist: what is refused, and in which words. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class ExportErrorsTest extends ExportApi {

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

    @ParameterizedTest
    @ValueSource(ints = {64 * 1024 + 1, 200 * 1024, 2 * 1024 * 1024})
    void refusesABodyOfUnknownLengthThatIsTooLarge(int size) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[size])), "key");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("64 KiB");
        nothingWasPublished();
    }
}
