package io.snapshotexport.system;

import static io.snapshotexport.system.Tenants.as;
import static io.snapshotexport.system.Tenants.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.snapshotexport.account.AccountKeySecret;
import io.snapshotexport.embedded.Aside;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.ops.OperatorCommands;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What an account cannot exceed, with limits that a test can reach, and no worker that ends exports. */
@QuarkusTest
@TestProfile(AccountLimitsTest.LowLimits.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccountLimitsTest {

    private static final int UNFINISHED = 5;
    private static final int BURST = 30;
    private static final int FAILURES = 20;

    public static class LowLimits implements QuarkusTestProfile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(SystemResource.class, Map.of(
                    "snapshot-export.role.worker", "false",
                    // For SlowClientsTest.
                    "snapshot-export.api.body-timeout", "3s",
                    "quarkus.http.idle-timeout", "8S",
                    "snapshot-export.account.requests-per-second", "1",
                    "snapshot-export.account.request-burst", Integer.toString(BURST),
                    "snapshot-export.account.unfinished-exports", Integer.toString(UNFINISHED),
                    "snapshot-export.account.failed-authentications-per-minute", Integer.toString(FAILURES))));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    TestSystem system;

    @Inject
    OperatorCommands commands;

    private Tenants tenants;

    @BeforeEach
    void begin() {
        tenants = new Tenants(commands);
    }

    private static ValidatableResponse create(String key, String idempotencyKey, String body) {
        return as(key).contentType("application/json").header("Idempotency-Key", idempotencyKey).body(body).post("/v2/exports").then();
    }

    private static String request() {
        return TestSystem.request("us-std/limits", "simple", "limits").toString();
    }

    private String newKey() {
        return tenants.key(tenants.account("--database", "**"), "owner");
    }

    @Test
    void anAccountHasOnlySoManyUnfinishedExports() {
        String account = tenants.account("--database", "**");
        String key = tenants.key(account, "owner");
        String firstOnce = UUID.randomUUID().toString();
        String refusedOnce = UUID.randomUUID().toString();
        String id = create(key, firstOnce, request()).statusCode(201).extract().path("response.id");
        for (int i = 1; i < UNFINISHED; i++) {
            post(key, "/v2/exports", request()).statusCode(201);
        }

        long published = system.records("export-requests");
        post(key, "/v2/exports", request()).statusCode(429).header("Retry-After", equalTo("10"))
                .body("error.code", equalTo("too_many_requests")).body("error.message", containsString(Integer.toString(UNFINISHED)))
                .body("error.metadata.limit", equalTo("unfinished_exports"));
        create(key, refusedOnce, request()).statusCode(429);
        assertThat(system.records("export-requests")).isEqualTo(published);
        // A replay makes no export, so it does not count.
        create(key, firstOnce, request()).statusCode(201).header("Idempotent-Replayed", "true").body("response.id", equalTo(id));
        // Another account, another limit.
        post(newKey(), "/v2/exports", request()).statusCode(201);

        system.execute(EmbeddedServers.STORE_DATABASE, "update export set state = 'Failed' where id = " + id);
        // What was refused has left no claim behind: the key is as good as new.
        create(key, refusedOnce, request()).statusCode(201);
        post(key, "/v2/exports", request()).statusCode(429);
    }

    @Test
    void requestsAtOnceDoNotPassTheLimitTogether() {
        String key = newKey();

        List<Integer> statuses = Aside.times(4 * UNFINISHED, () -> post(key, "/v2/exports", request()).extract().statusCode());

        assertThat(statuses).containsOnly(201, 429);
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(UNFINISHED);
    }

    @Test
    void anAccountMakesOnlySoManyRequests() {
        String key = newKey();
        String other = newKey();

        List<Response> answers = Aside.times(4 * BURST, () -> as(key).get("/v2/exports"));

        assertThat(answers).extracting(Response::statusCode).containsOnly(200, 429);
        Response refused = answers.stream().filter(answer -> answer.statusCode() == 429).findFirst().orElseThrow();
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        refused.then().body("error.code", equalTo("too_many_requests")).body("error.message", containsString("1 requests a second"));
        as(other).get("/v2/exports").then().statusCode(200);
        await().atMost(Duration.ofSeconds(3)).until(() -> as(key).get("/v2/exports").statusCode() == 200);
    }

    /** Last, because keys that were never good before are refused from this address for a while afterwards. */
    @Test
    @Order(Integer.MAX_VALUE)
    void guessingKeysEndsSoonAndTroublesNobodyElseAtThatAddress() {
        String good = newKey();
        as(good).get("/v2/exports").then().statusCode(200);

        List<Response> answers = IntStream.range(0, 3 * FAILURES)
                .mapToObj(i -> as(i % 2 == 0 ? AccountKeySecret.generate().reveal() : "undefined").get("/v2/exports")).toList();

        assertThat(answers.subList(0, FAILURES)).extracting(Response::statusCode).containsOnly(401);
        Response refused = answers.stream().filter(answer -> answer.statusCode() == 429).findFirst().orElseThrow();
        refused.then().header("Retry-After", matchesPattern("[1-9]")).body("error.message", containsString("without a valid account key"));
        as(good).get("/v2/exports").then().statusCode(200);
    }
}
