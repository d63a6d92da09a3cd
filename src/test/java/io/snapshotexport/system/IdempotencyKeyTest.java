package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.embedded.Aside;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract with the clients that exist: a request that is sent again under its {@code Idempotency-Key}. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class IdempotencyKeyTest extends ExportApi {

    @Test
    void theSameIdempotencyKeyGivesTheSameExport() {
        String key = UUID.randomUUID().toString();
        String body = valid().toString();

        var first = post(body, key).statusCode(201);
        var again = post(body, key).statusCode(201);

        assertThat(again.extract().<String>path("response.id")).isEqualTo(first.extract().path("response.id"));
        assertThat(first.extract().header("Idempotent-Replayed")).isNull();
        assertThat(again.extract().header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(system.records("export-requests")).isEqualTo(publishedBefore + 1);
    }

    @Test
    void anIdempotencyKeyBelongsToOneRequest() {
        String key = UUID.randomUUID().toString();
        post(valid().toString(), key).statusCode(201);

        isError(post(valid().toString(), key), 400, "idempotency_key_reused");
    }

    @Test
    void requestsWithOneIdempotencyKeyAtOncePublishOnce() {
        String key = UUID.randomUUID().toString();
        String body = valid().toString();

        List<String> ids = Aside.times(12, () -> post(body, key).statusCode(201).extract().path("response.id"));

        assertThat(ids).hasSize(12).containsOnly(ids.get(0));
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
}
