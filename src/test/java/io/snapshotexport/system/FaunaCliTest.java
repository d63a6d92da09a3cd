package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Fauna CLI, unmodified, cannot tell this service from the one that it was made for. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class FaunaCliTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper JSON = new ObjectMapper();

    TestSystem system;

    @TempDir
    Path home;

    private FaunaCli cli;

    @BeforeEach
    void makeDatabase() {
        cli = new FaunaCli(home);
        system.createDatabase("cli_shop", """
                CREATE TABLE IF NOT EXISTS "Product" (id bigint PRIMARY KEY, name text, sold date)""", """
                CREATE TABLE IF NOT EXISTS "Category" (id bigint PRIMARY KEY, name text)""", """
                INSERT INTO "Product" SELECT i, 'product ' || i, '2099-12-31' FROM generate_series(1, 20) i ON CONFLICT DO NOTHING""", """
                INSERT INTO "Category" VALUES (1, 'Party') ON CONFLICT DO NOTHING""");
    }

    private FinishedProcess fauna(String... arguments) {
        return cli.export(system.accountKey(), arguments);
    }

    private FinishedProcess succeeds(String... arguments) {
        FinishedProcess run = fauna(arguments);
        assertThat(run.exitCode()).as("%s", run).isZero();
        return run;
    }

    private static JsonNode yaml(FinishedProcess run) {
        return read(YAML, run.output());
    }

    private static JsonNode json(FinishedProcess run) {
        return read(JSON, run.output());
    }

    private static JsonNode read(ObjectMapper mapper, String text) {
        try {
            return mapper.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not readable: " + text, e);
        }
    }

    @Test
    void createsAnExportAndWaitsUntilItIsComplete() {
        FinishedProcess run = succeeds("create", "s3", "--database", "us/cli_shop", "--bucket", "exports", "--path", "cli/whole", "--wait");

        JsonNode export = yaml(run);
        String id = export.get("id").asText();
        assertThat(run.errors())
                .contains("[Export] " + id + " is Pending and not yet started.")
                .contains("[Export] " + id + " has a terminal state of Complete.");
        List<String> keys = new ArrayList<>();
        export.fieldNames().forEachRemaining(keys::add);
        assertThat(keys).containsExactly("id", "state", "database", "format", "destination", "created_at", "updated_at", "is_terminal",
                "snapshot_ts", "completed_at", "progress", "destination_uri");
        assertThat(export.get("state").asText()).isEqualTo("Complete");
        assertThat(export.get("database").asText()).isEqualTo("us-std/cli_shop");
        assertThat(export.get("destination_uri").asText()).isEqualTo("s3://exports/cli/whole");
        assertThat(system.manifest("cli/whole").get("export_id").asText()).isEqualTo(id);
        assertThat(system.documents("cli/whole", "Product")).hasSize(20);
        assertThat(system.documents("cli/whole", "Category")).hasSize(1);
    }

    @Test
    void createsAnExportOfCollectionsInTheTaggedFormat() {
        JsonNode export = json(succeeds("create", "s3", "--database", "us/cli_shop", "--collection", "Product", "Nothing", "Product",
                "--bucket", "exports", "--path", "/cli/tagged/", "--format", "tagged", "--json"));

        assertThat(export.get("state").asText()).isEqualTo("Pending");
        assertThat(export.get("format").asText()).isEqualTo("tagged");
        assertThat(export.get("collections").toString()).isEqualTo("[\"Product\",\"Nothing\"]");
        assertThat(export.get("destination_uri").asText()).isEqualTo("s3://exports/cli/tagged/");
    }

    @Test
    void writesTheFormatThatWasAskedFor() {
        succeeds("create", "s3", "--database", "us/cli_shop", "--collection", "Product", "--bucket", "exports",
                "--path", "cli/formats/tagged", "--format", "tagged", "--wait");
        succeeds("create", "s3", "--database", "us/cli_shop", "--collection", "Product", "--bucket", "exports",
                "--path", "cli/formats/simple", "--format", "simple", "--wait");

        assertThat(system.documents("cli/formats/tagged", "Product").get(0).get("coll").toString()).isEqualTo("{\"@mod\":\"Product\"}");
        assertThat(system.documents("cli/formats/simple", "Product").get(0).get("coll").asText()).isEqualTo("Product");
        assertThat(system.files("cli/formats/simple", "Category")).isEmpty();
    }

    @Test
    void printsAnExportAsYaml() {
        JsonNode export = system.export(TestSystem.request("us-std/cli_shop", "simple", "cli/printed", "Product", "Category"));

        String printed = succeeds("get", export.get("id").asText()).output();

        assertThat(printed).startsWith("""
                id: "%s"
                state: Complete
                database: us-std/cli_shop
                format: simple
                destination:
                  s3:
                    bucket: exports
                    path: cli/printed
                  uri: s3://exports/cli/printed
                created_at: %s
                updated_at: %s
                collections:
                  - Product
                  - Category
                is_terminal: true
                """.formatted(export.get("id").asText(), export.get("created_at").asText(), export.get("updated_at").asText()));
        assertThat(printed).endsWith("destination_uri: s3://exports/cli/printed\n");
        assertThat(json(succeeds("get", export.get("id").asText(), "--json")).get("progress")).isEqualTo(export.get("progress"));
    }

    @Test
    void listsExportsInOneLineEach() {
        JsonNode older = system.export(TestSystem.request("us-std/cli_shop", "simple", "cli/listed/older", "Product", "Category"));
        JsonNode newer = system.awaitEnd(
                system.create(TestSystem.request("us-std/cli_missing", "simple", "cli/listed/newer")).get("id").asText());

        assertThat(succeeds("list", "--max-results", "2").output()).isEqualTo(
                newer.get("id").asText() + "\tus-std/cli_missing\t\ts3://exports/cli/listed/newer\tFailed\n"
                        + older.get("id").asText() + "\tus-std/cli_shop\tProduct,Category\ts3://exports/cli/listed/older\tComplete\n");
        JsonNode listed = json(succeeds("list", "--json"));
        assertThat(listed.size()).isBetween(2, 10);
        assertThat(listed.get(1).get("id")).isEqualTo(older.get("id"));
        assertThat(json(succeeds("list", "--state", "Complete", "--json")).get(0).get("id")).isEqualTo(older.get("id"));
        assertThat(json(succeeds("list", "--state", "Failed", "Complete", "--json")).get(0).get("id")).isEqualTo(newer.get("id"));
    }

    @Test
    void waitsForAnExportThatFailsAndPrintsWhy() {
        JsonNode created = json(succeeds("create", "s3", "--database", "us/cli_nowhere", "--bucket", "exports", "--path",
                "cli/failed", "--json"));
        String id = created.get("id").asText();
        assertThat(created.get("state").asText()).isEqualTo("Pending");
        system.awaitEnd(id);

        FinishedProcess got = succeeds("get", id, "--wait");
        // The CLI takes any end for a good one: exit code 0, whatever the state.
        FinishedProcess again = succeeds("create", "s3", "--database", "us/cli_nowhere", "--bucket", "exports", "--path",
                "cli/failed", "--wait");

        assertThat(yaml(got).get("state").asText()).isEqualTo("Failed");
        assertThat(yaml(got).at("/failure/code").asText()).isEqualTo("validation_error");
        assertThat(got.output()).contains("us-std/cli_nowhere").contains("failed_at: ");
        assertThat(again.errors()).contains("has a terminal state of Failed.");
        assertThat(yaml(again).at("/failure/message")).isEqualTo(yaml(got).at("/failure/message"));
    }

    @Test
    void aWrongKeyIsSaidToBeInvalid() {
        FinishedProcess run = cli.export("wrong", "list");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).contains("Account key provided by 'user' is invalid. Please provide an updated account key.");
    }

    @Test
    void aStoredKeyIsUsedAndAskedForAgainWhenItIsNotValid() {
        cli.signIn(system.accountKey());
        assertThat(cli.exportSignedIn("list", "--max-results", "1").exitCode()).isZero();

        cli.signIn("expired");
        FinishedProcess run = cli.exportSignedIn("list");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("is not signed in or has expired").contains("fauna login");
    }

    @Test
    void anUnknownIdIsSaidToBeUnknown() {
        FinishedProcess run = fauna("get", "123456789");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).contains("There is no export `123456789`");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mars/shop | Product | exports | cli | there is no region group `mars`",
        "us/cli_shop | Role | exports | cli | `Role`, a system collection",
        "us/cli_shop | Product | No_Bucket | cli | `destination.s3.bucket` is `No_Bucket`",
        "us/cli_shop | Product | exports | a/../b | `destination.s3.path` is `a/../b`"})
    void whatAPersonCanMendIsSaidPlainly(String database, String collection, String bucket, String path, String message) {
        FinishedProcess run = fauna("create", "s3", "--database", database, "--collection", collection, "--bucket", bucket, "--path", path);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains(message);
    }
}
