package io.snapshotexport.system;

import static io.snapshotexport.system.Tenants.as;
import static io.snapshotexport.system.Tenants.id;
import static io.snapshotexport.system.Tenants.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.snapshotexport.ops.OperatorCommands;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two accounts beside each other: what neither sees nor touches of the other, what each may do, and what the audit log tells. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class TenancyTest {

    TestSystem system;

    @Inject
    OperatorCommands commands;

    private Tenants tenants;
    private AuditLines audit;

    @BeforeEach
    void begin() {
        tenants = new Tenants(commands);
        audit = AuditLines.open();
    }

    @AfterEach
    void end() {
        audit.close();
    }

    private String newKey(String role) {
        return tenants.key(tenants.account("--database", "**"), role);
    }

    @Test
    void neitherGetsNorListsTheOthersExports() {
        String ours = newKey("owner");
        String theirs = newKey("owner");
        String id = post(ours, "/v2/exports", TestSystem.request("us-std/tenancy", "simple", "tenancy/1")).statusCode(201).extract().path("response.id");

        as(ours).get("/v2/exports/" + id).then().statusCode(200);
        as(ours).get("/v2/exports").then().body("response.results", hasSize(1));
        var unknown = as(theirs).get("/v2/exports/1").then().statusCode(404).extract().asString();
        // Nothing but the id itself differs from what an id that never was gets.
        assertThat(as(theirs).get("/v2/exports/" + id).then().statusCode(404).extract().asString()).isEqualTo(unknown.replace("`1`", "`" + id + "`"));
        as(theirs).get("/v2/exports").then().body("response.results", empty());
        as(theirs).queryParam("database", "us-std/tenancy").get("/v2/exports").then().body("response.results", empty());
        as(theirs).queryParam("next_token", Base64.getUrlEncoder().encodeToString("before:9223372036854775807".getBytes()))
                .get("/v2/exports").then().statusCode(200).body("response.results", empty());
    }

    @Test
    void theSameIdempotencyKeyIsAnotherOneInAnotherAccount() {
        String ours = newKey("owner");
        String theirs = newKey("owner");
        String key = UUID.randomUUID().toString();
        String body = TestSystem.request("us-std/tenancy", "simple", "tenancy/2").toString();

        var first = as(ours).header("Idempotency-Key", key).contentType("application/json").body(body).post("/v2/exports").then().statusCode(201).extract();
        var other = as(theirs).header("Idempotency-Key", key).contentType("application/json").body(body).post("/v2/exports").then().statusCode(201).extract();

        assertThat(other.header("Idempotent-Replayed")).isNull();
        assertThat(other.<String>path("response.id")).isNotEqualTo(first.path("response.id"));
    }

    @Test
    void neitherSeesNorRevokesTheOthersKeys() {
        String ours = newKey("owner");
        String theirs = newKey("owner");

        as(theirs).get("/v2/account/keys").then().body("response.results.id", equalTo(List.of(id(theirs))));
        String unknown = as(theirs).delete("/v2/account/keys/AAAAAAAAAAAA").then().statusCode(404).extract().asString();
        assertThat(as(theirs).delete("/v2/account/keys/" + id(ours)).then().statusCode(404).extract().asString())
                .isEqualTo(unknown.replace("AAAAAAAAAAAA", id(ours)));
        as(ours).get("/v2/exports").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2;x/exports", "/v2/exports;x", "//v2/exports", "/v2//exports", "/./v2/exports", "/x/../v2/exports", "/%762/exports", "/V2/exports",
        "/v2%2fexports", "/v2%5cexports", "/v2%3Bx/exports", "/v2/exports%3Bx", "/v2/account/keys%3Bx", "/v2/account/keys", "/v2/account/keys/", "/v2;a=b/account/keys", "/v2"})
    void noWayOfWritingAnAddressLeadsAroundTheKey(String path) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create(RestAssured.baseURI + ":" + RestAssured.port + path)).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isIn(401, 404);
        assertThat(answer.body()).contains("\"error\"");
    }

    @Test
    void anAccountExportsOnlyTheDatabasesItWasGiven() {
        String key = tenants.key(tenants.account("--database", "us-std/acme", "--database", "us-std/group/**"), "owner");
        long before = system.records("export-requests");

        post(key, "/v2/exports", TestSystem.request("us-std/acme/shop", "simple", "p")).statusCode(403)
                .body("error.code", equalTo("permission_denied")).body("error.message", containsString("`us-std/acme/shop`"))
                .body("error.message", containsString("`us-std/acme` or `us-std/group/**`"));
        post(key, "/v2/exports", TestSystem.request("eu-std/acme", "simple", "p")).statusCode(403);
        post(key, "/v2/exports", TestSystem.request("us-std/group", "simple", "p")).statusCode(403);
        assertThat(system.records("export-requests")).isEqualTo(before);

        post(key, "/v2/exports", TestSystem.request("us-std/acme", "simple", "p")).statusCode(201);
        post(key, "/v2/exports", TestSystem.request("us-std/group/a", "simple", "p")).statusCode(201);
    }

    @Test
    void anAccountWithoutAnExportPlanReadsButDoesNotExport() {
        String key = tenants.key(tenants.account("--plan", "free", "--database", "**"), "owner");

        post(key, "/v2/exports", TestSystem.request("us-std/acme", "simple", "p")).statusCode(403)
                .body("error.code", equalTo("permission_denied")).body("error.message", containsString("`free`"))
                .body("error.message", containsString("`enterprise`"));
        as(key).get("/v2/exports").then().statusCode(200);
    }

    @Test
    void everyCreateRefusalAndKeyChangeIsInTheAuditLog() {
        String account = tenants.account("--database", "us-std/acme");
        String owner = tenants.key(account, "owner");
        String who = "account=" + account + " key=" + id(owner) + " ";
        var request = TestSystem.request("us-std/acme", "simple", "p");

        String export = as(owner).header("X-Request-Id", "r-create").header("Idempotency-Key", account).contentType("application/json")
                .body(request.toString()).post("/v2/exports").then().statusCode(201).extract().path("response.id");
        as(owner).header("X-Request-Id", "r-again").header("Idempotency-Key", account).contentType("application/json")
                .body(request.toString()).post("/v2/exports").then().statusCode(201);
        as(owner).header("X-Request-Id", "r-denied").contentType("application/json")
                .body(TestSystem.request("us-std/other", "simple", "p").toString()).post("/v2/exports").then().statusCode(403);
        as("undefined").header("X-Request-Id", "r-nobody").get("/v2/exports").then().statusCode(401);
        String made = as(owner).header("X-Request-Id", "r-key").contentType("application/json").body("{\"name\":\"a b=c\",\"role\":\"viewer\"}")
                .post("/v2/account/keys").then().statusCode(201).extract().path("response.secret");
        as(owner).header("X-Request-Id", "r-revoke").delete("/v2/account/keys/" + id(made)).then().statusCode(200);
        as(made).header("X-Request-Id", "r-revoked").get("/v2/exports").then().statusCode(401);
        as(owner).header("X-Request-Id", "r-read").get("/v2/exports").then().statusCode(200);

        String from = " from=127.0.0.1 requestId=";
        assertThat(audit.of("r-create")).containsExactly(who + "action=export.create target=" + export + " outcome=ok" + from + "r-create");
        assertThat(audit.of("r-again")).containsExactly(who + "action=export.create target=" + export + " outcome=replayed" + from + "r-again");
        assertThat(audit.of("r-denied")).containsExactly(who + "action=request target=POST:/v2/exports outcome=permission_denied" + from + "r-denied");
        assertThat(audit.of("r-nobody")).containsExactly("account=- key=- action=request target=GET:/v2/exports outcome=unauthorized" + from + "r-nobody");
        assertThat(audit.of("r-key")).containsExactly(who + "action=key.create target=" + id(made) + " outcome=ok" + from + "r-key");
        assertThat(audit.of("r-revoke")).containsExactly(who + "action=key.revoke target=" + id(made) + " outcome=ok" + from + "r-revoke");
        assertThat(audit.of("r-revoked")).hasSize(1);
        assertThat(audit.of("r-read")).isEmpty();
        assertThat(audit.of("-")).contains("account=- key=- action=account.create target=" + account + " outcome=ok from=command-line requestId=-",
                "account=- key=- action=key.create target=" + id(owner) + " outcome=ok from=command-line requestId=-");
    }

    @Test
    void nobodyForgesAnAuditLineOrGetsASecretIntoOne() {
        String owner = newKey("owner");

        for (String path : List.of("/v2/x%0d%0aaccount=root%20key=x%20action=y", "/v2/a%e2%80%a8b%1b%5b2J", "/v2/exports/" + owner, "/v2/exports/%73xk_" + owner.substring(4))) {
            as("undefined").urlEncodingEnabled(false).get(path).then().statusCode(401);
        }
        as("undefined").header("X-Request-Id", "x account=root").get("/v2/exports").then().statusCode(401);

        assertThat(audit.all()).allSatisfy(line -> assertThat(line)
                .matches("account=\\S+ key=\\S+ action=\\S+ target=\\S+ outcome=\\S+ from=\\S+ requestId=\\S+")
                .matches("[ -~]+").doesNotContain(owner.substring(17)).doesNotContain("=root"));
    }

    @Test
    void theOperatorMakesKeysThatWorkAtOnceListsThemAndRevokesThem() {
        String account = tenants.account("--database", "**");
        var made = tenants.run("key", "create", account, "--name", "n", "--role", "developer", "--ttl-days", "7");
        String secret = made.out().strip();
        as(secret).get("/v2/exports").then().statusCode(200);

        assertThat(made.out()).matches("sxk_\\w+\\R");
        assertThat(tenants.run("key", "list", account).out()).startsWith(id(secret) + "\tn\tdeveloper\t").hasLineCount(1);
        assertThat(tenants.run("key", "revoke", id(secret)).code()).isZero();
        Tenants.awaitEnd(secret);
        assertThat(tenants.run("key", "list", account).out()).doesNotContain(secret);
    }
}
