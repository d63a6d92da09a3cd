package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.embedded.Aside;
import io.snapshotexport.format.FaunaExport;
import io.snapshotexport.local.SampleShop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the request to the files in the bucket and the answer, over everything in between. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class ExportRoundTripTest {

    TestSystem system;

    @Test
    void writesEveryValueInBothFormats() throws IOException {
        system.createDatabase("round_trip",
                "create table if not exists \"Product\" (id int primary key, name text, price numeric, stock bigint, weight double precision, "
                        + "added timestamptz, day date, image bytea, tags text[], extra jsonb, sold_out boolean, nothing text)",
                "truncate \"Product\"",
                "insert into \"Product\" values (7, 'caf\u00e9 \"x\"', 12.5, 9007199254740993, 'NaN', '2024-01-02T03:04:05.1Z', '2024-02-29', "
                        + "'\\x48656c6c6f', array['a',null], '{\"a\": {\"b\": null, \"c\": 1}}', true, null)");

        JsonNode simple = system.export(TestSystem.request("us-std/round_trip", "simple", "round_trip/simple"));
        JsonNode tagged = system.export(TestSystem.request("us-std/round_trip", "tagged", "round_trip/tagged"));

        assertThat(content("round_trip/simple")).isEqualTo("[{\"id\":\"7\",\"coll\":\"Product\",\"ts\":\"" + instant(simple)
                + "\",\"name\":\"caf\u00e9 \\\"x\\\"\",\"price\":12.5,\"stock\":9007199254740993,\"weight\":\"NaN\","
                + "\"added\":\"2024-01-02T03:04:05.100Z\",\"day\":\"2024-02-29\",\"image\":\"SGVsbG8=\",\"tags\":[\"a\",null],"
                + "\"extra\":{\"a\":{\"c\":1}},\"sold_out\":true}]");
        assertThat(content("round_trip/tagged")).isEqualTo("[{\"id\":\"7\",\"coll\":{\"@mod\":\"Product\"},\"ts\":{\"@time\":\"" + instant(tagged)
                + "\"},\"name\":\"caf\u00e9 \\\"x\\\"\",\"price\":{\"@double\":\"12.5\"},\"stock\":{\"@long\":\"9007199254740993\"},"
                + "\"weight\":{\"@double\":\"NaN\"},\"added\":{\"@time\":\"2024-01-02T03:04:05.100Z\"},\"day\":{\"@date\":\"2024-02-29\"},"
                + "\"image\":{\"@bytes\":\"SGVsbG8=\"},\"tags\":[\"a\",null],\"extra\":{\"a\":{\"c\":{\"@int\":\"1\"}}},\"sold_out\":true}]");
    }

    private String content(String path) throws IOException {
        return Files.readString(system.files(path, "Product").get(0));
    }

    private static Instant instant(JsonNode export) {
        return Instant.parse(export.get("snapshot_ts").asText());
    }

    @Test
    void writesTaggedDocumentsByteForByteAsFaunaDbDid() throws Exception {
        FaunaExport recorded = FaunaExport.named("05_Product.tagged.json");
        system.createDatabase("recorded");
        try (Connection connection = system.connect("recorded")) {
            recorded.loadInto(connection, "json");
        }

        system.export(TestSystem.request("tagged/recorded", "tagged", "recorded/tagged"));
        system.export(TestSystem.request("tagged/recorded", "simple", "recorded/simple"));

        assertThat(content("recorded/tagged")).isEqualTo(recorded.content());
        String[] simple = recorded.simple().get(0).content().split("\n");
        assertThat(content("recorded/simple")).isEqualTo("[" + String.join(",", simple) + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "tagged"})
    void exportsTheWholeSampleShopWithoutItsChildDatabase(String format) {
        SampleShop shop = SampleShop.in(system.servers().postgres());
        String path = "shop/" + format;

        JsonNode export = system.export(TestSystem.request(SampleShop.DATABASE, format, path));

        Map<String, Long> counts = shop.countsByCollection();
        counts.forEach((collection, count) -> assertThat(system.documents(path, collection)).as(collection).hasSize(count.intValue()));
        assertThat(collectionFolders(path)).containsExactlyElementsOf(counts.keySet());
        assertThat(system.inBucket(path).resolve(".perms_validated.txt")).exists();
        manifestAgreesWithTheFiles(export, path, format, counts);
    }

    private List<String> collectionFolders(String path) {
        try (var folders = Files.list(system.inBucket(path).resolve("collections"))) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void manifestAgreesWithTheFiles(JsonNode export, String path, String format, Map<String, Long> counts) {
        JsonNode manifest = system.manifest(path);
        List<String> keys = texts(manifest.get("object_keys"));
        List<String> onDisk = counts.keySet().stream().flatMap(collection -> system.files(path, collection).stream())
                .map(file -> path + "/" + system.inBucket(path).relativize(file)).sorted().toList();
        assertThat(keys).isEqualTo(onDisk);
        assertThat(manifest.get("export_id")).isEqualTo(export.get("id"));
        assertThat(manifest.get("snapshot_ts")).isEqualTo(export.get("snapshot_ts"));
        assertThat(manifest.get("document_format").asText()).isEqualTo(format);
        assertThat(manifest.get("object_count").asInt()).isEqualTo(keys.size());
        Map<String, Long> documents = new TreeMap<>();
        manifest.get("collections").forEach(collection -> documents.put(collection.get("name").asText(), collection.get("documents").asLong()));
        assertThat(documents).isEqualTo(counts);
        long bytes = 0;
        for (JsonNode object : manifest.get("objects")) {
            Path file = system.inBucket("").resolve(object.get("key").asText());
            assertThat(object.get("bytes").asLong()).isEqualTo(file.toFile().length());
            assertThat(object.get("crc32c").asText()).isEqualTo(crc32c(file));
            assertThat(object.get("documents").asInt()).isEqualTo(TestSystem.readFile(file).size());
            bytes += file.toFile().length();
        }
        JsonNode progress = export.get("progress");
        assertThat(progress.get("bytes").asLong()).isEqualTo(bytes);
        assertThat(progress.get("files").asInt()).isEqualTo(keys.size());
        assertThat(progress.get("documents").asLong()).isEqualTo(counts.values().stream().mapToLong(Long::longValue).sum());
        assertThat(progress.get("collections_done")).isEqualTo(progress.get("collections_total"));
        assertThat(progress.get("attempt").asInt()).isEqualTo(1);
    }

    private static String crc32c(Path file) {
        try {
            CRC32C crc = new CRC32C();
            crc.update(Files.readAllBytes(file));
            return Base64.getEncoder().encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    @Test
    void exportsTheChosenCollectionsOnly() {
        SampleShop.in(system.servers().postgres());

        JsonNode export = system.export(TestSystem.request(SampleShop.DATABASE, "simple", "chosen", "Product", "Category"));

        assertThat(collectionFolders("chosen")).containsExactly("Category", "Product");
        assertThat(texts(export.get("collections"))).containsExactly("Product", "Category");
    }

    @Test
    void exportsAChildDatabaseByItsOwnPath() {
        SampleShop.in(system.servers().postgres());

        system.export(TestSystem.request(SampleShop.DATABASE + "/archive", "simple", "archive"));

        assertThat(collectionFolders("archive")).isNotEmpty().doesNotContain("Product", "Category");
    }

    @Test
    void rollsFilesBetweenDocumentsWithIdsAscendingAcrossThem() {
        system.createDatabase("rolled",
                "create table if not exists \"Doc\" (id bigint primary key, ts timestamptz not null, data jsonb not null)",
                "truncate \"Doc\"",
                "insert into \"Doc\" select i * 3, '2026-01-01T00:00:00Z', jsonb_build_object('text', repeat('x', 400 + i % 97)) "
                        + "from generate_series(2000, 1, -1) i");

        system.export(TestSystem.request("us-std/rolled", "tagged", "rolled"));

        List<Path> files = system.files("rolled", "Doc");
        assertThat(files).hasSizeGreaterThan(10);
        assertThat(files.stream().map(file -> file.getFileName().toString()))
                .containsExactlyElementsOf(IntStream.range(0, files.size()).mapToObj(i -> String.format("Doc_00_%06d.json", i)).toList());
        for (Path file : files.subList(0, files.size() - 1)) {
            // The document that crosses the limit is the file's last, and is followed by the bracket.
            assertThat(file.toFile().length()).isBetween((long) SystemResource.ROLL_SIZE + 1, SystemResource.ROLL_SIZE + 700L);
        }
        assertThat(system.documents("rolled", "Doc").stream().map(document -> document.get("id").asLong()))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 2000).mapToObj(i -> i * 3L).toList());
    }

    @Test
    void namesOfCollectionsAreEscapedInKeysOnly() {
        system.createDatabase("odd_names", "create table if not exists \"a/b \"\"c\"\" ü%..\" (id int primary key)",
                "truncate \"a/b \"\"c\"\" ü%..\"", "insert into \"a/b \"\"c\"\" ü%..\" values (1)");

        system.export(TestSystem.request("us-std/odd_names", "simple", "odd_names"));

        String key = system.manifest("odd_names").get("object_keys").get(0).asText();
        assertThat(key).startsWith("odd_names/collections/a%2Fb%20%22c%22%20%C3%BC%25");
        assertThat(TestSystem.readFile(system.inBucket("").resolve(key)).get(0).get("coll").asText()).isEqualTo("a/b \"c\" ü%..");
    }

    @Test
    void aDatabaseWithoutDocumentsIsAManifestWithoutObjects() {
        system.createDatabase("empty", "create table if not exists \"Nothing\" (id int primary key)");

        system.export(TestSystem.request("us-std/empty", "simple", "empty"));

        assertThat(system.manifest("empty").get("object_keys")).isEmpty();
        assertThat(system.inBucket("empty").resolve("collections")).doesNotExist();
    }

    /** Two tables that every transaction changes together: their sums differ in any mix of two snapshots. */
    @Test
    void showsOneConsistentSnapshotWhileAnotherConnectionWrites() throws Exception {
        system.createDatabase("moving",
                "drop table if exists \"Left\", \"Right\"",
                "create table \"Left\" (id int primary key, n int not null, filler text)",
                "create table \"Right\" (id int primary key, n int not null, filler text)",
                "insert into \"Left\" select i, 0, repeat('x', 200) from generate_series(1, 3000) i",
                "insert into \"Right\" select i, 0, repeat('x', 200) from generate_series(1, 3000) i");
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> writer = Aside.supply(() -> write(done));
        List<String> sums = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                system.export(TestSystem.request("us-std/moving", "simple", "moving/" + i));
                sums.add(sum("moving/" + i, "Left") + " " + sum("moving/" + i, "Right"));
            }
        } finally {
            done.set(true);
        }
        assertThat(writer.get()).as("transactions written meanwhile").isPositive();
        assertThat(sums).allSatisfy(sum -> assertThat(sum.split(" ")[0]).isEqualTo(sum.split(" ")[1])).doesNotHaveDuplicates();
    }

    private int write(AtomicBoolean done) {
        int transactions = 0;
        try (Connection connection = system.connect("moving"); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!done.get()) {
                int id = transactions % 3000 + 1;
                statement.execute("update \"Left\" set n = n + 1 where id = " + id);
                statement.execute("update \"Right\" set n = n + 1 where id = " + (3001 - id));
                connection.commit();
                transactions++;
            }
            return transactions;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private long sum(String path, String collection) {
        List<JsonNode> documents = system.documents(path, collection);
        assertThat(documents).hasSize(3000);
        return documents.stream().mapToLong(document -> document.get("n").asLong()).sum();
    }
}
