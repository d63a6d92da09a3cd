package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.emptyOrNullString;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.embedded.Aside;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** While Kafka is away nothing is promised; when it is back everything goes on by itself. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class BrokerOutageTest {

    TestSystem system;

    @Test
    void withTheBrokerDownPostAnswers503AndTheServiceComesBackByItself() {
        String database = "us-std/outage_" + System.nanoTime();
        long before = system.records("export-requests");
        // The first request of a test run loads the client and the contract that it is checked against; that is not to be timed.
        assertThat(listed(database)).isEmpty();
        system.servers().kafka().kill();
        try {
            List<Long> millis = Aside.times(4, () -> refused(database));
            assertThat(millis).allSatisfy(time -> assertThat(time).isLessThan(10_000));
            assertThat(listed(database)).as("stored").isEmpty();
            for (String probe : List.of("live", "ready")) {
                given().noFilters().get("/q/health/" + probe).then().statusCode(200);
            }
        } finally {
            system.servers().kafka().startAgain();
        }

        JsonNode created = await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500)).ignoreExceptionsInstanceOf(AssertionError.class)
                .until(() -> system.create(TestSystem.request(database, "simple", "outage")), export -> true);

        assertThat(system.awaitEnd(created.get("id").asText()).get("state").asText()).isEqualTo("Failed");
        assertThat(listed(database)).hasSize(1);
        assertThat(system.records("export-requests")).isEqualTo(before + 1);
    }

    private long refused(String database) {
        long begun = System.nanoTime();
        system.asUser().contentType("application/json").body(TestSystem.request(database, "simple", "outage").toString()).post("/v2/exports")
                .then().statusCode(503).header("Retry-After", not(emptyOrNullString())).body("error.code", equalTo("unavailable"));
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }

    private JsonNode listed(String database) {
        return TestSystem.read(system.asUser().queryParam("database", database).get("/v2/exports").then().statusCode(200).extract().asString())
                .get("results");
    }
}
