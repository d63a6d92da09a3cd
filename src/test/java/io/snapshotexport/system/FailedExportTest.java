package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that do not fit the world fail at once, with a message that a person can act on, and leave no manifest. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class FailedExportTest {

    TestSystem system;

    @BeforeEach
    void makeDatabase() {
        system.createDatabase("failing", "create table if not exists \"Product\" (id int primary key)", "create table if not exists nokey (n int)",
                "create view if_any as select 1 as n".replace("create view", "create or replace view"));
    }

    private String failure(ObjectNode request) {
        JsonNode export = system.awaitEnd(system.create(request).get("id").asText());
        assertThat(export.get("state").asText()).isEqualTo("Failed");
        assertThat(export.at("/failure/code").asText()).isEqualTo("validation_error");
        assertThat(export.get("failed_at")).isEqualTo(export.get("updated_at"));
        assertThat(export.has("completed_at")).isFalse();
        assertThat(export.at("/progress/attempt").asInt()).as("tried once").isEqualTo(1);
        String path = request.at("/destination/s3/path").asText();
        assertThat(system.inBucket(path).resolve("manifest.json")).doesNotExist();
        assertThat(system.inBucket(path).resolve("collections")).doesNotExist();
        return export.at("/failure/message").asText();
    }

    @Test
    void missingBucketIsNamed() {
        ObjectNode request = TestSystem.request("us-std/failing", "simple", "failed/bucket", "Product");
        ((ObjectNode) request.at("/destination/s3")).put("bucket", "no-such-bucket");

        assertThat(failure(request)).contains("`no-such-bucket`").contains("does not exist");
    }

    @Test
    void missingDatabaseIsNamed() {
        assertThat(failure(TestSystem.request("us-std/no_such_database", "simple", "failed/database"))).contains("`us-std/no_such_database`");
    }

    @Test
    void missingChildDatabaseIsNamed() {
        assertThat(failure(TestSystem.request("us-std/failing/no_child", "simple", "failed/child"))).contains("`us-std/failing/no_child`");
    }

    @Test
    void allMissingCollectionsAreNamed() {
        assertThat(failure(TestSystem.request("us-std/failing", "simple", "failed/collection", "Nope", "Product", "Zilch")))
                .contains("`Nope`").contains("`Zilch`").contains("Product");
    }

    @Test
    void systemCatalogsAreNoCollections() {
        assertThat(failure(TestSystem.request("us-std/failing/pg_catalog", "simple", "failed/catalog"))).contains("pg_catalog");
        assertThat(failure(TestSystem.request("us-std/failing", "simple", "failed/pg_class", "pg_class"))).contains("`pg_class`");
    }

    @Test
    void tableWithoutPrimaryKeyIsNamed() {
        assertThat(failure(TestSystem.request("us-std/failing", "simple", "failed/nokey"))).contains("nokey").contains("primary key");
    }

    @Test
    void forbiddenRegionIsNamedWithThoseThatAreAllowed() {
        assertThat(failure(TestSystem.request("eu-std/failing", "simple", "failed/region", "Product")))
                .contains("eu-std").contains("us-east-1").contains("eu-*");
        assertThat(system.inBucket("failed/region")).doesNotExist();
    }

    @Test
    void aSourceThatStaysAwayIsTriedFiveTimesAndThenNamedAsTheLastCause() {
        JsonNode export = system.awaitEnd(system.create(TestSystem.request("away/shop", "simple", "failed/away")).get("id").asText());

        assertThat(export.get("state").asText()).isEqualTo("Failed");
        assertThat(export.at("/failure/code").asText()).isEqualTo("retries_exhausted");
        assertThat(export.at("/failure/message").asText()).contains("5 attempts").contains("away").doesNotContain("s3cret");
        assertThat(export.at("/progress/attempt").asInt()).isEqualTo(5);
    }
}
