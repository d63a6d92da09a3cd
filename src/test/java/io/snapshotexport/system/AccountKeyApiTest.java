package io.snapshotexport.system;

import static io.snapshotexport.system.Tenants.as;
import static io.snapshotexport.system.Tenants.id;
import static io.snapshotexport.system.Tenants.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.account.AccountKeySecret;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.ops.OperatorCommands;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of account keys over HTTP. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class AccountKeyApiTest {

    private static final String KEYS = "/v2/account/keys";

    TestSystem system;

    @Inject
    OperatorCommands commands;

    private Tenants tenants;
    private String account;
    private String owner;

    @BeforeEach
    void makeAnAccount() {
        tenants = new Tenants(commands);
        account = tenants.account("--database", "**");
        owner = tenants.key(account, "owner");
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode list(String secret) {
        return TestSystem.read(as(secret).get(KEYS).then().statusCode(200).contentType("application/json").extract().asString()).get("results");
    }

    private static String create(String secret, String role) {
        return post(secret, KEYS, "{\"name\":\"x\",\"role\":\"" + role + "\"}").statusCode(201).extract().path("response.secret");
    }

    @Test
    void aKeyIsMadeUsedListedRevokedAndThenNoLongerWorks() {
        JsonNode made = TestSystem.read(post(owner, KEYS, "{\"name\":\"nightly job\",\"role\":\"developer\"}").statusCode(201)
                .contentType("application/json").header("Cache-Control", "no-store").extract().asString());
        String secret = made.get("secret").asText();

        assertThat(fields(made)).containsExactly("id", "name", "role", "created_at", "secret");
        assertThat(AccountKeySecret.parse(secret)).map(AccountKeySecret::keyId).contains(made.get("id").asText());
        assertThat(made.get("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        as(secret).get("/v2/exports").then().statusCode(200);

        String listed = as(owner).get(KEYS).then().statusCode(200).extract().asString();
        assertThat(listed).doesNotContain(secret.substring(17)).doesNotContain("secret").doesNotContain("hash");
        JsonNode first = list(owner).get(0);
        assertThat(first.get("id")).isEqualTo(made.get("id"));
        assertThat(first.get("name").asText()).isEqualTo("nightly job");
        assertThat(first.get("created_at")).isEqualTo(made.get("created_at"));

        JsonNode revoked = TestSystem.read(as(owner).delete(KEYS + "/" + made.get("id").asText()).then().statusCode(200).extract().asString());
        assertThat(fields(revoked)).contains("id", "name", "role", "created_at", "revoked_at").doesNotContain("secret");
        Tenants.awaitEnd(secret);
        as(secret).get("/v2/exports").then().statusCode(401).body("error.code", equalTo("unauthorized"));
        // Again it is the same revocation.
        as(owner).delete(KEYS + "/" + made.get("id").asText()).then().statusCode(200)
                .body("response.revoked_at", equalTo(revoked.get("revoked_at").asText()));
        // Revoked ones come last.
        assertThat(list(owner).get(list(owner).size() - 1).get("id")).isEqualTo(made.get("id"));
    }

    @Test
    void aKeyWithATimeToLiveEndsByItself() {
        JsonNode made = TestSystem.read(post(owner, KEYS, "{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":30}").statusCode(201).extract().asString());
        String secret = made.get("secret").asText();
        assertThat(Duration.between(Instant.parse(made.get("created_at").asText()), Instant.parse(made.get("expires_at").asText())))
                .isEqualTo(Duration.ofDays(30));
        as(secret).get("/v2/exports").then().statusCode(200);

        system.execute(EmbeddedServers.STORE_DATABASE,
                "update account_key set expires_at = now() + interval '1 second' where id = '" + id(secret) + "'");

        await().atMost(Duration.ofSeconds(3)).pollInterval(Duration.ofMillis(50))
                .until(() -> as(secret).get("/v2/exports").then().extract().statusCode() == 401);
        assertThat(list(owner)).anySatisfy(key -> assertThat(key.get("id").asText()).isEqualTo(id(secret)));
    }

    @Test
    void itsLastUseIsNotedOnceAnHourAndNotInTheRequestsWay() {
        String secret = create(owner, "viewer");
        as(secret).get("/v2/exports").then().statusCode(200);
        await().atMost(Duration.ofSeconds(5)).until(() -> lastUsed(secret) != null);
        String noted = lastUsed(secret);

        for (int i = 0; i < 10; i++) {
            as(secret).get("/v2/exports").then().statusCode(200);
        }
        assertThat(lastUsed(secret)).isEqualTo(noted);

        system.execute(EmbeddedServers.STORE_DATABASE,
                "update account_key set last_used_at = last_used_at - interval '61 minutes' where id = '" + id(secret) + "'");
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            as(secret).get("/v2/exports").then().statusCode(200);
            return lastUsed(secret).compareTo(noted) > 0;
        });
    }

    private String lastUsed(String secret) {
        for (JsonNode key : list(owner)) {
            if (key.get("id").asText().equals(id(secret))) {
                return key.has("last_used_at") ? key.get("last_used_at").asText() : null;
            }
        }
        throw new AssertionError("not listed");
    }

    @ParameterizedTest
    @CsvSource({"owner,201", "admin,201", "developer,201", "viewer,403"})
    void onlyViewersMayNotExport(String role, int status) {
        String secret = create(owner, role);

        post(secret, "/v2/exports", TestSystem.request("us-std/roles", "simple", "roles/" + role)).statusCode(status);
        as(secret).get("/v2/exports").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"developer", "viewer"})
    void othersThanOwnersAndAdminsNeitherSeeNorChangeKeys(String role) {
        String secret = create(owner, role);

        as(secret).get(KEYS).then().statusCode(403).body("error.code", equalTo("permission_denied")).body("error.message", containsString(role));
        post(secret, KEYS, "{\"name\":\"n\",\"role\":\"viewer\"}").statusCode(403);
        as(secret).delete(KEYS + "/" + id(secret)).then().statusCode(403);
        as(secret).get("/v2/exports").then().statusCode(200);
    }

    @Test
    void anAdminIsNoWayToBecomeAnOwner() {
        String admin = create(owner, "admin");

        post(admin, KEYS, "{\"name\":\"n\",\"role\":\"owner\"}").statusCode(403).body("error.message", containsString("`owner`"));
        as(admin).delete(KEYS + "/" + id(owner)).then().statusCode(403);
        as(owner).get(KEYS).then().statusCode(200);

        String other = create(admin, "admin");
        String viewer = create(admin, "viewer");
        as(admin).delete(KEYS + "/" + id(viewer)).then().statusCode(200);
        as(admin).delete(KEYS + "/" + id(other)).then().statusCode(200);
        // A leaked key can revoke itself.
        as(admin).delete(KEYS + "/" + id(admin)).then().statusCode(200);
        Tenants.awaitEnd(admin);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAAAAAAAAAA", "x", "%00", "..%2f", "1'or'1'='1"})
    void anUnknownKeyIsA404(String id) {
        as(owner).urlEncodingEnabled(false).delete(KEYS + "/" + id).then().statusCode(404).body("error.code", equalTo("not_found"));
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                List.of("", "`name` and `role`"), List.of("{", "not valid JSON"), List.of("[]", "`name` and `role`"),
                List.of("{}", "`name` is missing"), List.of("{\"name\":\"n\"}", "`role` is missing"),
                List.of("{\"name\":7,\"role\":\"viewer\"}", "the number `7`"), List.of("{\"name\":\" \",\"role\":\"viewer\"}", "is empty"),
                List.of("{\"name\":\"" + "x".repeat(65) + "\",\"role\":\"viewer\"}", "64 characters"),
                List.of("{\"name\":\"a\\u0000\",\"role\":\"viewer\"}", "\\u0000"), List.of("{\"name\":\"a\\nb\",\"role\":\"viewer\"}", "control character"),
                List.of("{\"name\":\"n\",\"role\":\"root\"}", "`owner`, `admin`, `developer`, `viewer`"),
                List.of("{\"name\":\"n\",\"role\":\"OWNER\"}", "`OWNER`"), List.of("{\"name\":\"n\",\"role\":[\"viewer\"]}", "an array"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl\":1}", "Unknown field `ttl`"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"account\":\"default\"}", "Unknown field `account`"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"role\":\"viewer\"}", "role"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":0}", "`0`"), List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":-1}", "`-1`"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":3651}", "3650"), List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":1.5}", "`1.5`"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":1e2}", "whole number"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":99999999999999999999}", "whole number"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":\"1\"}", "the string `1`"),
                List.of("{\"name\":\"n\",\"role\":\"viewer\",\"ttl_days\":null}", "null")).map(row -> Arguments.of(row.toArray()));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void saysWhatIsWrongWithABodyAndMakesNoKey(String body, String expected) {
        int before = list(owner).size();

        post(owner, KEYS, body).statusCode(400).body("error.code", equalTo("bad_request")).body("error.message", containsString(expected));

        assertThat(list(owner)).hasSize(before);
    }

    @Test
    void wantsJsonAndKnowsItsMethods() {
        as(owner).contentType("text/plain").body("{\"name\":\"n\",\"role\":\"viewer\"}").post(KEYS).then().statusCode(415);
        as(owner).put(KEYS).then().statusCode(405);
        as(owner).get(KEYS + "/" + id(owner)).then().statusCode(405);
    }

    @Test
    void anAccountHasOnlySoManyValidKeys() {
        system.execute(EmbeddedServers.STORE_DATABASE, "insert into account_key (id, account, name, role, hash, created_at) select 'many' || i || '-' || '"
                + account + "', '" + account + "', 'n', 'viewer', '', now() from generate_series(1, 99) i");

        post(owner, KEYS, "{\"name\":\"n\",\"role\":\"viewer\"}").statusCode(400).body("error.message", containsString("100"));

        system.execute(EmbeddedServers.STORE_DATABASE, "update account_key set revoked_at = now() where id = 'many1-" + account + "'");
        post(owner, KEYS, "{\"name\":\"n\",\"role\":\"viewer\"}").statusCode(201);
    }
}
