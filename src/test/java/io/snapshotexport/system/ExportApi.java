package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.snapshotexport.contract.ResponseContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the API's contract have in common. */
abstract class ExportApi {

    TestSystem system;
    long publishedBefore;

    @BeforeEach
    void countRequests() {
        publishedBefore = system.records("export-requests");
    }

    void nothingWasPublished() {
        assertThat(system.records("export-requests")).isEqualTo(publishedBefore);
    }

    static ObjectNode valid() {
        return TestSystem.request("us-std/api_test", "simple", "api/" + UUID.randomUUID());
    }

    ValidatableResponse post(String body) {
        return system.asUser().contentType("application/json").body(body).post("/v2/exports").then();
    }

    static void isError(ValidatableResponse response, int status, String code) {
        response.statusCode(status).contentType("application/json").header("X-Request-Id", not(emptyString()))
                .body("error.code", equalTo(code)).body("error.message", not(emptyString())).body("$", not(hasKey("response")));
    }

    /** The same under an {@code Idempotency-Key}. */
    ValidatableResponse post(String body, String idempotencyKey) {
        return system.asUser().contentType("application/json").header("Idempotency-Key", idempotencyKey).body(body).post("/v2/exports").then();
    }

    /** With headers and a body that REST Assured would not send. */
    HttpResponse<String> send(HttpRequest.BodyPublisher body, String idempotencyKey) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest
                .newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/v2/exports"))
                .header("Authorization", "Bearer " + system.accountKey())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(body).build(), HttpResponse.BodyHandlers.ofString());
        ResponseContract.check("POST", "/v2/exports", answer.statusCode(), name -> answer.headers().firstValue(name).orElse(null), answer.body());
        return answer;
    }
}
