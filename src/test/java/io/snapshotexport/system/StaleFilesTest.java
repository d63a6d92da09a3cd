package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.Trail;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.messaging.RequestJson;
import io.snapshotexport.messaging.RequestLog;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** What an attempt that came to nothing has written and the next one does not write is emptied, and known before it is written. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class StaleFilesTest {

    private static final Pattern PLACE = Pattern.compile("(.+)_(\\d\\d)_(\\d{6})\\..+");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    TestSystem system;
    @Inject
    RequestLog requestLog;

    private void createDatabase(String name) {
        system.createDatabase(name, "create table \"Product\" (id int primary key, text text)", "create table \"Gone\" (id int primary key)",
                "insert into \"Product\" select i, repeat(md5(i::text), 10) from generate_series(1, 2000) i",
                "insert into \"Gone\" values (1)");
    }

    /** What the manifest of an earlier export into the same path lists, as an attempt that died before the manifest would leave it. */
    private PossibleFiles listed(String path) {
        PossibleFiles.Builder files = new PossibleFiles.Builder();
        for (JsonNode object : system.manifest(path).get("objects")) {
            Matcher place = PLACE.matcher(Path.of(object.get("key").asText()).getFileName().toString());
            assertThat(place.matches()).isTrue();
            files.add(place.group(1), Integer.parseInt(place.group(2)), Integer.parseInt(place.group(3)) + 1);
        }
        return files.build();
    }

    private JsonNode secondAttempt(ObjectNode body, Trail trail) {
        ExportRequest request = RequestJson.read(body, "default", RequestJson.UnknownFields.REFUSED);
        ExportId id = ExportId.of(System.currentTimeMillis(), 1023, System.nanoTime() & 4095);
        requestLog.publishRetry(id, 2, request, trail, Correlation.NONE).await().atMost(PATIENCE);
        await().atMost(PATIENCE).until(() ->
                system.asUser().get("/v2/exports/" + id).statusCode() == 200);
        return system.awaitEnd(id.toString());
    }

    private Set<Path> filesOf(String path) throws IOException {
        try (Stream<Path> files = Files.walk(system.inBucket(path).resolve("collections"))) {
            return files.filter(Files::isRegularFile).collect(Collectors.toSet());
        }
    }

    private static String content(Path file) {
        try {
            byte[] stored = Files.readAllBytes(file);
            InputStream content = new ByteArrayInputStream(stored);
            return new String((file.toString().endsWith(".gz") ? new GZIPInputStream(content) : content).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"json, false, []", "jsonl, false, ''", "json, true, []", "jsonl, true, ''"})
    void everyFileIsListedInTheManifestOrHasNoDocuments(String format, boolean compression, String empty) throws IOException {
        String name = "stale_" + format + compression;
        String path = "stale/" + format + compression;
        createDatabase(name);
        ObjectNode request = TestSystem.request("us-std/" + name, "simple", path).put("datafile_format", format)
                .put("datafile_compression", compression);
        system.export(request);
        PossibleFiles written = listed(path);
        system.execute(name, "delete from \"Product\" where id > 300", "drop table \"Gone\"");

        JsonNode export = secondAttempt(request, new Trail(written, List.of(), true, null));

        assertThat(export.get("state").asText()).isEqualTo("Complete");
        Set<Path> listed = Stream.of(system.manifest(path).get("objects")).flatMap(objects -> objects.findValuesAsText("key").stream())
                .map(key -> system.inBucket("").resolve(key)).collect(Collectors.toSet());
        Set<Path> others = filesOf(path);
        others.removeAll(listed);
        assertThat(listed).isNotEmpty();
        assertThat(others).hasSize((int) written.total() - listed.size()).hasSizeGreaterThan(5)
                .anyMatch(file -> file.getFileName().toString().startsWith("Gone_"))
                .allSatisfy(file -> assertThat(content(file)).isEqualTo(empty));
        assertThat(given().noFilters().get("/q/metrics").asString()).containsPattern("snapshot_export_stale_files_emptied_total [1-9]");
    }

    @Test
    void aFailedExportLeavesNeitherDocumentsNorAManifest() throws IOException {
        createDatabase("stale_failed");
        ObjectNode request = TestSystem.request("us-std/stale_failed", "simple", "stale/failed");
        system.export(request);
        PossibleFiles written = listed("stale/failed");
        ObjectNode impossible = TestSystem.request("us-std/stale_failed", "simple", "stale/failed", "NoSuchCollection");

        JsonNode export = secondAttempt(impossible, new Trail(written, List.of(), true, "It was tried before."));

        assertThat(export.get("state").asText()).isEqualTo("Failed");
        assertThat(filesOf("stale/failed")).hasSize((int) written.total()).allSatisfy(file -> assertThat(content(file)).isEqualTo("[]"));
        assertThat(system.inBucket("stale/failed/manifest.json")).isEmptyFile();
        assertThat(states(export.get("id").asText()).get(0).get("possible_manifest").asBoolean()).as("when it was begun").isTrue();
    }

    /** Whether the attempt that finds it completes the export or fails it before it has written anything. */
    @ParameterizedTest
    @CsvSource({"Product, Complete", "NoSuchCollection, Failed"})
    void anUploadThatADeadAttemptHadBegunIsAborted(String collection, String end) {
        createDatabase("stale_upload_" + collection);
        String path = "stale/upload/" + collection;
        ObjectNode request = TestSystem.request("us-std/stale_upload_" + collection, "simple", path, collection);
        try (S3AsyncClient s3 = s3()) {
            String key = path + "/collections/" + collection + "/" + collection + "_01_000003.json";
            String uploadId = s3.createMultipartUpload(create -> create.bucket(EmbeddedServers.BUCKET).key(key)).join().uploadId();
            assertThat(openUploads(s3, key)).isOne();
            OpenUpload left = new OpenUpload(collection, 1, 3, uploadId);
            OpenUpload gone = new OpenUpload(collection, 0, 0, uploadId + "0");

            JsonNode export = secondAttempt(request, new Trail(PossibleFiles.NONE, List.of(gone, left), false, null));

            assertThat(export.get("state").asText()).as("%s", export).isEqualTo(end);
            assertThat(openUploads(s3, key)).isZero();
            assertThat(given().noFilters().get("/q/metrics").asString()).containsPattern("snapshot_export_s3_uploads_aborted_total [1-9]");
            List<JsonNode> states = states(export.get("id").asText());
            assertThat(states.get(0).at("/open_uploads/1/upload_id").asText()).as("when it was begun").isEqualTo(uploadId);
            assertThat(states.get(states.size() - 1).has("open_uploads")).isFalse();
        }
    }

    private S3AsyncClient s3() {
        var server = system.servers().s3();
        return S3AsyncClient.builder().httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .endpointOverride(URI.create(server.endpoint().toString())).forcePathStyle(true).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(server.accessKey(), server.secretKey()))).build();
    }

    private static long openUploads(S3AsyncClient s3, String key) {
        return s3.listMultipartUploads(list -> list.bucket(EmbeddedServers.BUCKET)).join().uploads().stream()
                .filter(upload -> upload.key().equals(key)).count();
    }

    /** A worker may have sent it to a broker that was away, and another has completed the export since; longer ago than clocks differ. */
    @Test
    void aRetryThatComesLateRunsNothing() throws IOException {
        createDatabase("stale_late");
        ObjectNode request = TestSystem.request("us-std/stale_late", "simple", "stale/late");
        ExportId id = ExportId.parse(system.export(request).get("id").asText()).orElseThrow();
        String manifest = Files.readString(system.inBucket("stale/late/manifest.json"));
        await().atMost(Duration.ofSeconds(20)).pollDelay(Duration.ofSeconds(12)).until(() -> true);

        requestLog.publishRetry(id, 2, RequestJson.read(request, "default", RequestJson.UnknownFields.REFUSED), Trail.NONE, Correlation.NONE)
                .await().atMost(PATIENCE);

        String passedOver = "snapshot_export_attempts_seconds_count\\{outcome=\"already_begun\"[^}]*} [1-9]";
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(given().noFilters().get("/q/metrics").asString()).containsPattern(passedOver));
        assertThat(states(id.toString())).allSatisfy(state -> assertThat(state.get("attempt").asInt()).isLessThan(2));
        assertThat(Files.readString(system.inBucket("stale/late/manifest.json"))).isEqualTo(manifest);
    }

    @Test
    void theStateLogTellsOfEveryFileBeforeItIsThere() {
        createDatabase("stale_announced");
        String id = system.export(TestSystem.request("us-std/stale_announced", "simple", "stale/announced")).get("id").asText();

        List<JsonNode> states = states(id);
        Map<String, Integer> announced = new TreeMap<>();
        states.forEach(state -> state.path("possible_files").properties().forEach(collection ->
                collection.getValue().properties().forEach(lane ->
                        announced.merge(collection.getKey() + lane.getKey(), lane.getValue().asInt(), Math::max))));

        listed("stale/announced").counts().forEach((collection, lanes) -> lanes.forEach((lane, count) ->
                assertThat(announced.get(collection + lane)).isBetween(count, count + 3)));
        JsonNode last = states.get(states.size() - 1);
        assertThat(last.get("state").asText()).isEqualTo("Complete");
        assertThat(last.has("possible_files") || last.has("possible_manifest")).as("announced when it is Complete").isFalse();
        assertThat(states.get(states.size() - 2).get("possible_manifest").asBoolean()).as("announced before it was there").isTrue();
    }

    private List<JsonNode> states(String id) {
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            return topics.all("export-states").stream().filter(record -> TopicRecords.text(record.key()).equals(id))
                    .map(record -> TestSystem.read(TopicRecords.text(record.value()))).toList();
        }
    }
}
