package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class MetricsTest {

    @Test
    void tellTheAgeOfTheOldestSnapshot() {
        // The contract with clients does not have this path.
        given().noFilters().get("/q/metrics").then().statusCode(200).body(containsString("\nsnapshot_export_source_snapshot_age_seconds 0.0\n"));
    }
}
