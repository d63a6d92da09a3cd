package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.snapshotexport.local.EmbeddedServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody with a good key and bad intentions. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class HostileRequestsTest {

    private static final List<String> NAMES = List.of("x\"; DROP TABLE export; --", "x'; DROP TABLE export; --", "' OR '1'='1",
        "x?socketFactory=java.lang.Object", "x&user=postgres", "%2e%2e", "$$", "{{7*7}}", "${jndi:ldap:x}", "\\", "a\u202eb", "a\u2028b", "*");

    TestSystem system;

    private ValidatableResponse post(String body) {
        return system.asUser().contentType("application/json").body(body).post("/v2/exports").then();
    }

    private long exportsInTheStore() throws SQLException {
        try (Connection connection = system.connect(EmbeddedServers.STORE_DATABASE); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM export")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void namesAreNamesInTheStoreInTheSourceAndInTheAnswer() throws SQLException {
        system.createDatabase("hostile_shop", "CREATE TABLE \"Product\" (id int PRIMARY KEY)");
        List<String> ids = new ArrayList<>();
        for (String name : NAMES) {
            ids.add(system.create(TestSystem.request("us-std/" + name, "simple", "hostile/" + UUID.randomUUID())).get("id").asText());
            ids.add(system.create(TestSystem.request("us-std/hostile_shop/" + name, "simple", "hostile/" + UUID.randomUUID())).get("id").asText());
            ids.add(system.create(TestSystem.request("us-std/hostile_shop", "simple", "hostile/" + UUID.randomUUID(), name)).get("id").asText());
            system.asUser().queryParam("database", "us-std/" + name).get("/v2/exports").then().statusCode(200)
                    .body("response.results.id", equalTo(List.of(ids.get(ids.size() - 3))));
        }

        for (String id : ids) {
            JsonNode export = system.awaitEnd(id);
            assertThat(export.get("state").asText()).as("%s", export).isEqualTo("Failed");
            assertThat(export.at("/failure/message").asText()).as("%s", export).contains("not exist").matches("[^\\p{Cntrl}\u202e\u2028]+");
        }
        assertThat(exportsInTheStore()).isGreaterThanOrEqualTo(ids.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\nb", "a\r\nb", "\u001b[2J", "a\u009bb", " ", "\t"})
    void namesWithCharactersThatNobodySeesAreRefused(String name) {
        ObjectNode request = TestSystem.request("us-std/shop", "simple", "hostile");

        post(request.deepCopy().put("database", "us-std/" + name).toString()).statusCode(400).body("error.metadata.field", equalTo("database"));
        post(TestSystem.request("us-std/shop", "simple", "hostile", name).toString()).statusCode(400)
                .body("error.metadata.field", equalTo("collections"));
        if (!name.isBlank()) {
            post(TestSystem.request("us-std/shop", "simple", "hostile/" + name).toString()).statusCode(400)
                    .body("error.metadata.field", equalTo("destination.s3.path"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "127.0.0.1:8080", "bucket@evil", "..", "evil.com/x", "evil.com#x", "evil.com?x", "xn--bucket", "[::1]",
        "arn:aws:s3:us-east-1:123456789012:accesspoint/a", "arn:aws:s3-outposts:us-east-1:123456789012:outpost/o/accesspoint/a",
        "bucket--usw2-az1--x-s3", "mrap.accesspoint.s3-global.amazonaws.com:443", "bucket-s3alias", "a\r\nHost: evil"})
    void noBucketNameLeadsElsewhere(String bucket) {
        ObjectNode request = TestSystem.request("us-std/shop", "simple", "hostile");
        ((ObjectNode) request.at("/destination/s3")).put("bucket", bucket);

        post(request.toString()).statusCode(400).body("error.metadata.field", equalTo("destination.s3.bucket"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2e%2e/%2e%2e/x", "a?b=c&d#e", "..%2fx", "a\\..\\b", "a/.../b", "~/b", "a b+c", "bücher/😀", "*", "a;b", "C:", "<a>&amp;\"'"})
    void whateverIsInAPathTheFilesLieUnderIt(String path) {
        String name = "hostile_path";
        system.createDatabase(name, "CREATE TABLE IF NOT EXISTS \"Product\" (id int PRIMARY KEY)");
        String below = "hostile/" + UUID.randomUUID() + "/" + path;

        system.export(TestSystem.request("us-std/" + name, "simple", below));

        assertThat(system.inBucket(below).resolve("manifest.json")).isRegularFile();
        assertThat(system.inBucket(below).resolve(".perms_validated.txt")).isRegularFile();
    }

    @Test
    void aHostileSourceIsExportedUnderItsPathAndSpeaksNoLineOfTheLog() throws IOException {
        String table = "../..\n2026-01-01 INFO forged\u001b[2J\"";
        system.createDatabase("hostile_source", "CREATE TABLE \"" + table.replace("\"", "\"\"") + "\" (id text PRIMARY KEY, \"\n\" text)",
                "INSERT INTO \"" + table.replace("\"", "\"\"") + "\" VALUES (E'\\n', E'\\u0001')");
        String path = "hostile/" + UUID.randomUUID();

        system.export(TestSystem.request("us-std/hostile_source", "simple", path));

        JsonNode manifest = system.manifest(path);
        assertThat(manifest.at("/collections/0/name").asText()).isEqualTo("..%2F..%0A2026-01-01%20INFO%20forged%1B%5B2J%22");
        String key = manifest.at("/object_keys/0").asText();
        assertThat(key).startsWith(path + "/collections/").matches("[\\x21-\\x7e]+").doesNotContain("/../");
        assertThat(system.inBucket(key)).isRegularFile();
    }

    /** Tests of {@link io.snapshotexport.ops.PlainLogRecords} say what it does; here it stands where the service writes. */
    @Test
    void theLogOfTheServiceIsPlain() {
        List<ExtLogRecord> passed = new ArrayList<>();
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            Handler[] inner = handler instanceof ExtHandler extended ? extended.getHandlers() : new Handler[0];
            Stream.concat(Stream.of(handler), Arrays.stream(inner)).filter(ConsoleHandler.class::isInstance).forEach(console -> {
                ExtLogRecord record = new ExtLogRecord(Level.INFO, "export\nforged", "hostile");
                assertThat(console.getFilter().isLoggable(record)).isTrue();
                passed.add(record);
            });
        }

        assertThat(passed).isNotEmpty().allSatisfy(record -> assertThat(record.getFormattedMessage()).isEqualTo("export\\nforged"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{\"database\":{\"a\":", "[{\"a\":"})
    void jsonThatIsNestedWithoutEndIsRefusedAtOnce(String opening) throws IOException {
        String nested = opening.repeat(60_000 / opening.length());

        RawHttp.Answer answer = postRaw(nested);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"bad_request\"").contains("not valid JSON");
        assertThat(postRaw("{\"database\":" + nested + "}").status()).isEqualTo(400);
    }

    @Test
    void jsonMayBeNestedToALimit() throws IOException {
        assertThat(postRaw(nested(32)).body()).contains("\"bad_request\"").contains("`database`");
        assertThat(postRaw(nested(33)).body()).contains("\"bad_request\"").contains("not valid JSON");
    }

    private static String nested(int levels) {
        return "{\"database\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
    }

    /** Without the client of the other tests, which prepares every body for print and has no room for such ones. */
    private RawHttp.Answer postRaw(String body) throws IOException {
        return RawHttp.send(("POST /v2/exports HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: Bearer " + system.accountKey()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void numbersAndStringsThatAreCostlyToReadAreRefused() {
        post("{\"database\":" + "9".repeat(60_000) + "}").statusCode(400);
        post("{\"database\":1e" + "9".repeat(50) + "}").statusCode(400);
        post("{" + "\"a\":1,".repeat(7_000) + "\"b\":2}").statusCode(400);
        post("{\"" + "x".repeat(60_000) + "\":1}").statusCode(400);
    }

    /** 100 MB are announced, or a body without end begun; the answer comes before much of either is there. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n100000\r\n"})
    void aHugeBodyIsNotWaitedFor(String framing) throws IOException {
        RawHttp.Answer answer = RawHttp.send(("POST /v2/exports HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + system.accountKey()
                + "\r\nContent-Type: application/json\r\n" + framing + " ".repeat(200_000)).getBytes(StandardCharsets.US_ASCII));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"body\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Request-Id: a\rb", "X-Request-Id: a%0d%0aSet-Cookie: forged=1", "Idempotency-Key: a\rSet-Cookie: forged=1",
        "Authorization: Bearer a\rSet-Cookie: forged=1", "X-Request-Id: a\r\n Set-Cookie: forged=1"})
    void noHeaderOfARequestMakesOneOfTheAnswer(String header) throws IOException {
        RawHttp.Answer answer = RawHttp.send(("GET /v2/exports HTTP/1.1\r\nHost: h\r\n" + header + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));

        assertThat(answer.status()).isIn(400, 401);
        assertThat(answer.headers()).doesNotContainKey("set-cookie");
        assertThat(answer.body()).doesNotContain("forged");
    }

    @Test
    void aStateOrTokenThatIsSqlFindsNothing() {
        system.asUser().queryParam("state", "Failed' OR '1'='1").get("/v2/exports").then().statusCode(400);
        system.asUser().queryParam("database", "us-std/x' OR '1'='1' --").get("/v2/exports").then().statusCode(200).body("response.results", empty());
    }
}
