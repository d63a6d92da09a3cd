package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The four kinds of collection files, to the byte, and what the manifest says of them. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class DatafilesTest {

    private static final int ROWS = 2_000;

    TestSystem system;

    /** Documents with times of their own: every export of them is the same. */
    @BeforeEach
    void createDocuments() {
        system.createDatabase("datafiles",
                "create table if not exists \"Doc\" (id int primary key, ts timestamptz not null, data json not null)",
                "create table if not exists \"Few\" (id int primary key, ts timestamptz not null, data jsonb not null)",
                "create table if not exists \"Nothing\" (id int primary key)",
                "insert into \"Doc\" select i, '2026-01-01T00:00:00Z', "
                        + "(E'{\\n  \"text\": \"line\\\\nbreak \\u2028 ' || md5(i::text) || repeat('x', i % 297) "
                        + "|| E'\",\\n  \"n\": [ 1,\\n 2 ]\\n}')::json "
                        + "from generate_series(1, " + ROWS + ") i on conflict do nothing",
                "insert into \"Few\" select i, '2026-01-01T00:00:00Z', '{\"a\": 1}' from generate_series(1, 2) i on conflict do nothing");
    }

    private JsonNode export(String path, String format, boolean compression) {
        ObjectNode request = TestSystem.request("us-std/datafiles", "simple", path);
        system.export(request.put("datafile_format", format).put("datafile_compression", compression));
        return system.manifest(path);
    }

    private List<byte[]> contents(String path, String collection) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : system.files(path, collection)) {
            byte[] stored = Files.readAllBytes(file);
            contents.add(file.toString().endsWith(".gz") ? new GZIPInputStream(new ByteArrayInputStream(stored)).readAllBytes() : stored);
        }
        return contents;
    }

    @ParameterizedTest
    @CsvSource({"json,false", "jsonl,false", "json,true", "jsonl,true"})
    void theManifestTellsWhatEachObjectHoldsAsItIsStored(String format, boolean compression) throws IOException {
        String path = "datafiles/manifest/" + format + compression;
        JsonNode manifest = export(path, format, compression);
        String extension = "." + format + (compression ? ".gz" : "");

        assertThat(manifest.get("datafile_compression").booleanValue()).isEqualTo(compression);
        assertThat(manifest.get("datafile_format").asText()).isEqualTo(format);
        long documents = 0;
        long bytes = 0;
        for (JsonNode object : manifest.get("objects")) {
            assertThat(object.get("key").asText()).matches(".*/(Doc|Few)_\\d\\d_\\d{6}\\Q" + extension + "\\E");
            byte[] stored = Files.readAllBytes(system.inBucket("").resolve(object.get("key").asText()));
            CRC32C crc = new CRC32C();
            crc.update(stored);
            assertThat(object.get("crc32c").asText())
                    .isEqualTo(Base64.getEncoder().encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array()));
            assertThat(object.get("bytes").asLong()).isEqualTo(stored.length);
            assertThat(object.get("documents").asInt()).isEqualTo(documentsIn(stored, format, compression));
            documents += object.get("documents").asInt();
            bytes += stored.length;
        }
        assertThat(documents).isEqualTo(ROWS + 2);
        assertThat(manifest.at("/collections/0/bytes").asLong() + manifest.at("/collections/1/bytes").asLong()).isEqualTo(bytes);
        assertThat(manifest.at("/collections/2").toString()).isEqualTo("{\"name\":\"Nothing\",\"documents\":0,\"bytes\":0,\"files\":0}");
        assertThat(manifest.get("object_count").asInt()).isGreaterThan(5).isEqualTo(system.files(path, "Doc").size() + 1);
    }

    private static int documentsIn(byte[] stored, String format, boolean compression) throws IOException {
        byte[] content = compression ? new GZIPInputStream(new ByteArrayInputStream(stored)).readAllBytes() : stored;
        String text = new String(content, StandardCharsets.UTF_8);
        return format.equals("json") ? TestSystem.read("[" + text + "]").get(0).size() : text.split("\n").length;
    }

    @ParameterizedTest
    @CsvSource({"json,false", "jsonl,false", "json,true", "jsonl,true"})
    void theSameSnapshotGivesTheSameBytes(String format, boolean compression) throws IOException {
        JsonNode first = export("datafiles/first/" + format + compression, format, compression);
        JsonNode second = export("datafiles/second/" + format + compression, format, compression);

        assertThat(second.at("/objects").findValuesAsText("crc32c")).isEqualTo(first.at("/objects").findValuesAsText("crc32c"));
        assertThat(second.at("/objects").findValuesAsText("bytes")).isEqualTo(first.at("/objects").findValuesAsText("bytes"));
    }

    @ParameterizedTest
    @CsvSource({"json", "jsonl"})
    void gzipChangesNothingInTheFilesAndNotWhereTheyEnd(String format) throws IOException {
        export("datafiles/plain/" + format, format, false);
        export("datafiles/gzip/" + format, format, true);

        assertThat(contents("datafiles/gzip/" + format, "Doc")).containsExactlyElementsOf(contents("datafiles/plain/" + format, "Doc"));
        for (Path file : system.files("datafiles/gzip/" + format, "Doc")) {
            byte[] stored = Files.readAllBytes(file);
            assertThat(Arrays.copyOf(stored, 10)).as("FaunaDB's header").containsExactly(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
        }
    }

    @Test
    void aLineOfJsonLinesIsADocumentOfTheArray() throws IOException {
        export("datafiles/array", "json", false);
        export("datafiles/lines", "jsonl", false);

        assertThat(new String(contents("datafiles/lines", "Few").get(0), StandardCharsets.UTF_8)).isEqualTo("""
                {"id":"1","coll":"Few","ts":"2026-01-01T00:00:00Z","a":1}
                {"id":"2","coll":"Few","ts":"2026-01-01T00:00:00Z","a":1}
                """);
        List<String> array = contents("datafiles/array", "Doc").stream().flatMap(file -> documents(file)).toList();
        List<String> lines = contents("datafiles/lines", "Doc").stream().map(file -> new String(file, StandardCharsets.UTF_8))
                .peek(file -> assertThat(file).startsWith("{").endsWith("}\n")).flatMap(file -> Stream.of(file.split("\n"))).toList();
        assertThat(lines).hasSize(ROWS).isEqualTo(array);
        for (byte[] file : contents("datafiles/lines", "Doc").subList(0, 5)) {
            assertThat(file.length).isBetween(SystemResource.ROLL_SIZE + 1, SystemResource.ROLL_SIZE + 700);
        }
    }

    private static Stream<String> documents(byte[] array) {
        String text = new String(array, StandardCharsets.UTF_8);
        assertThat(text).startsWith("[{").endsWith("}]");
        return Stream.of(text.substring(1, text.length() - 1).split("(?<=]}),(?=\\{\"id\")"));
    }
}
