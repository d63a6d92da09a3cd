package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract with the clients that exist: lists, their pages and filters. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class ExportPagingTest extends ExportApi {

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
}
