package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.response.Response;
import io.snapshotexport.embedded.Aside;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.messaging.LogListener;
import io.snapshotexport.messaging.QueuePlace;
import io.snapshotexport.messaging.RequestJson;
import io.snapshotexport.messaging.RequestedExport;
import io.snapshotexport.store.IdempotencyClaims;
import io.snapshotexport.store.IdempotencyClaims.Outcome;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a claim of an idempotency key when the store is slow, or hears of things in another order. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class IdempotencyAndTheStoreTest {

    private static final String ACCOUNT = "default";
    private static final String STORE = EmbeddedServers.STORE_DATABASE;

    TestSystem system;
    @Inject
    IdempotencyClaims claims;
    @Inject
    LogListener projector;

    private final String key = UUID.randomUUID().toString();
    private final ObjectNode request = TestSystem.request("us-std/none_of_claims", "simple", "claims/" + key);

    @BeforeEach
    void awaitTheTables() {
        await().atMost(Duration.ofSeconds(30)).until(() -> given().noFilters().get("/q/health/ready").statusCode() == 200);
    }

    private Response post() {
        return system.asUser().contentType("application/json").header("Idempotency-Key", key).body(request.toString()).post("/v2/exports");
    }

    private Outcome claim(String mark) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(() -> claims.claim(mark, "f"));
    }

    /**
     * Between the claim and the record it counts the account's exports, which somebody keeps it from for as long as a process may stand still
     * that is stopped and goes on. By then another may have taken the claim over.
     */
    @Test
    void anApiThatStoodStillBetweenClaimAndPublicationDoesNotPublish() throws Exception {
        // The count of the request before is good for a second.
        TimeUnit.MILLISECONDS.sleep(1_100);
        long records = system.records("export-requests");
        CompletableFuture<Response> posting;
        try (Connection holder = system.connect(STORE); Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("lock table export in access exclusive mode");
            posting = Aside.supply(this::post);
            await().during(Duration.ofSeconds(7)).atMost(Duration.ofSeconds(9)).until(() -> !posting.isDone());
            holder.rollback();
        }

        posting.get(20, TimeUnit.SECONDS).then().statusCode(503).body("error.message", containsString("not decided yet"));
        assertThat(system.records("export-requests")).isEqualTo(records);
    }

    @Test
    void aClaimLastsForFiveSeconds() throws Throwable {
        Outcome.Granted granted = (Outcome.Granted) claim(key);
        assertThat(granted.lasts()).isTrue();

        assertThat(new Outcome.Granted(key, Instant.now(), System.nanoTime() - Duration.ofSeconds(4).toNanos()).lasts()).isTrue();
        assertThat(new Outcome.Granted(key, Instant.now(), System.nanoTime() - Duration.ofSeconds(5).toNanos()).lasts()).isFalse();
        VertxContextSupport.subscribeAndAwait(() -> claims.release(granted));
    }

    /** The store may have heard of a later attempt, and so of the export, before it hears of the request that has the claim's mark. */
    @Test
    void theClaimOfAnExportThatTheStoreKnowsIsSettledByItsRequest() throws Throwable {
        String id = system.create(request).get("id").asText();
        system.awaitEnd(id);
        ExportRequest known = RequestJson.read(request, ACCOUNT, RequestJson.UnknownFields.REFUSED);
        String mark = "a".repeat(32) + UUID.randomUUID().toString().replace("-", "");
        assertThat(claim(mark)).isInstanceOf(Outcome.Granted.class);

        RequestedExport requested = new RequestedExport(new ExportId(Long.parseLong(id)), 1, known, Optional.of(mark), new QueuePlace(false, 0, 0),
                Correlation.NONE);
        VertxContextSupport.subscribeAndAwait(() -> projector.requested(List.of(requested)));

        assertThat(claim(mark)).isEqualTo(new Outcome.Settled(new ExportId(Long.parseLong(id))));
    }
}
