package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.local.ExportedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Looks at everything from the outside once the storm is over. */
final class Audit {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** A long storm leaves hundreds of exports that wait, longer on a slow machine; that none of them ends is another matter. */
    private static final Duration STANDSTILL = Duration.ofMinutes(3);

    private final CrashSystem system;
    private final Clients clients;
    private final Map<String, Integer> attempts = new TreeMap<>();
    private int complete;
    private int failed;
    private int staleFiles;

    Audit(CrashSystem system, Clients clients) {
        this.system = system;
        this.clients = clients;
    }

    /** Every promise, and what nobody was promised but is there all the same. Everything must be up and left in peace. */
    void checkAll(Evidence world) throws Exception {
        for (long left = world.unfinishedExports(); left > 0; left = world.unfinishedExports()) {
            long before = left;
            await("one of " + before + " exports to end").atMost(STANDSTILL).pollInterval(Duration.ofSeconds(2)).until(() -> {
                system.lookAfterBroker();
                return world.unfinishedExports() < before;
            });
        }
        List<Accepted> all = clients.accepted();
        Set<String> ids = new HashSet<>();
        for (Accepted one : all) {
            assertThat(ids.add(one.id())).as("one id for two requests: " + one).isTrue();
            check(one, clients.awaitEnd(one.id(), PATIENCE));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(clients.list("Pending", "InProgress")).as("exports that have not ended").isEmpty());
        nothingLiesOutsideOfThePaths();
        int uploads = openUploads(all, world);
        sourceIsLeftAlone();
        System.out.printf("Audit: %d promised exports, %d Complete, %d Failed; attempts %s; %d emptied files of dead attempts; "
                        + "%d uploads of dead attempts still open; %d transactions in the source meanwhile; %d refusals%n",
                all.size(), complete, failed, attempts, staleFiles, uploads, system.ledger().transactions(), clients.refusals());
    }

    private void check(Accepted one, JsonNode export) {
        attempts.merge("attempt " + export.at("/progress/attempt").asInt(), 1, Integer::sum);
        Path manifest = directory(one).resolve("manifest.json");
        if (export.path("state").asText().equals("Failed")) {
            failed++;
            String code = export.at("/failure/code").asText();
            // With as many attempts as there are, no outage lasts so long that another export fails.
            assertThat(one.impossible()).as("an export that could be made has failed: " + export).isTrue();
            assertThat(code).as(export.toString()).isEqualTo("validation_error");
            // An object without content stands where one was taken back.
            assertThat(Files.exists(manifest) && read(manifest).length > 0).as("manifest of a failed export " + export).isFalse();
            return;
        }
        complete++;
        assertThat(one.impossible()).as("complete, though it asks for what is not there: " + export).isFalse();
        checkFiles(one, export);
    }

    private Path directory(Accepted one) {
        return bucket().resolve(one.path());
    }

    private Path bucket() {
        return system.data().s3().resolve(EmbeddedServers.BUCKET);
    }

    private void checkFiles(Accepted one, JsonNode export) {
        ExportedFiles files = ExportedFiles.of(system.data().s3(), EmbeddedServers.BUCKET, one.path());
        JsonNode manifest = files.manifest();
        assertThat(manifest.path("export_id").asText()).isEqualTo(one.id());
        // Another attempt than the one that the history ends with would have seen another moment.
        assertThat(manifest.path("snapshot_ts")).as("manifest of " + export).isEqualTo(export.path("snapshot_ts"));
        Map<String, List<JsonNode>> documents = new HashMap<>();
        Map<String, Long> lastOfLane = new HashMap<>();
        one.collections().forEach(collection -> documents.put(collection, new ArrayList<>()));
        Set<Path> listed = new HashSet<>();
        for (JsonNode object : manifest.path("objects")) {
            Path file = bucket().resolve(object.path("key").asText());
            listed.add(file);
            byte[] content = read(file);
            assertThat(content.length).as(object + " of " + export).isEqualTo(object.path("bytes").asInt());
            assertThat(crc32c(content)).as(object + " of " + export).isEqualTo(object.path("crc32c").asText());
            List<JsonNode> rows = documents(content);
            assertThat(rows).as(object.toString()).hasSize(object.path("documents").asInt());
            long[] ids = rows.stream().mapToLong(row -> row.path("id").asLong()).toArray();
            assertThat(ids).as(file.toString()).isSorted();
            // The manifest lists the files of a lane in their order.
            String lane = file.getFileName().toString().replaceFirst("_\\d+\\.json$", "");
            assertThat(ids[0]).as("first of " + file).isGreaterThan(lastOfLane.getOrDefault(lane, Long.MIN_VALUE));
            lastOfLane.put(lane, ids[ids.length - 1]);
            documents.get(file.getParent().getFileName().toString()).addAll(rows);
        }
        Ledger.isOneSnapshot(export.toString(), documents);
        assertThat(documents.values().stream().mapToLong(List::size).sum()).as("documents of " + export)
                .isEqualTo(export.at("/progress/documents").asLong());
        files.countsByCollection().forEach((name, count) -> assertThat(documents.get(name)).hasSize(count.intValue()));
        files.collectionFiles().stream().filter(file -> !listed.contains(file) && !isHalfPut(file.toString())).forEach(stale -> {
            staleFiles++;
            assertThat(documents(read(stale))).as("documents of a dead attempt in " + stale).isEmpty();
        });
    }

    /** What the server leaves that is killed while it takes an object in: no object, but a file of its own beside the place. */
    private static boolean isHalfPut(String file) {
        return file.matches(".*\\.(json|txt)-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    }

    private static List<JsonNode> documents(byte[] content) {
        try {
            List<JsonNode> rows = new ArrayList<>();
            JSON.readTree(content).forEach(rows::add);
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String crc32c(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return Base64.getEncoder().encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
    }

    private void nothingLiesOutsideOfThePaths() throws IOException {
        try (Stream<Path> files = Files.walk(bucket())) {
            assertThat(files.filter(Files::isRegularFile).map(file -> bucket().relativize(file).toString())
                    // The parts of open uploads, which the server keeps there and shows to nobody.
                    .filter(key -> !key.startsWith(".mpus-") && !key.startsWith(".s3proxy-mpu-") && !isHalfPut(key))
                    .filter(key -> clients.askedPaths().stream().noneMatch(path -> isInside(key, path))))
                    .as("files outside of the paths that were asked for").isEmpty();
        }
    }

    private static boolean isInside(String key, String path) {
        return key.equals(path + "/manifest.json") || key.equals(path + "/.perms_validated.txt") || key.startsWith(path + "/collections/");
    }

    /** Only attempts that died leave any. The next one aborts what it was told of, and what nobody was told of holds nothing. */
    private int openUploads(List<Accepted> all, Evidence world) {
        List<MultipartUpload> open = world.openUploads();
        for (MultipartUpload upload : open) {
            Accepted owner = all.stream().filter(one -> isInside(upload.key(), one.path())).findFirst().orElse(null);
            int last = owner == null ? 2 : clients.get(owner.id()).orElseThrow().at("/progress/attempt").asInt();
            assertThat(last).as("upload left open by an attempt that did not die: " + upload).isGreaterThan(1);
            OptionalInt told = world.firstAttemptThatTellsOf(upload.uploadId());
            assertThat(told.orElse(last)).as("upload that a later attempt knew of and has not aborted: " + upload).isGreaterThanOrEqualTo(last);
            assertThat(told.isPresent() || world.isEmpty(upload)).as("nobody was told of an upload that costs something: " + upload).isTrue();
        }
        return open.size();
    }

    /** Says that nothing is open of what a worker had told of before it died. */
    static void everyUploadIsAborted(Evidence world, String path) {
        assertThat(world.openUploads()).as("open uploads of " + path).filteredOn(upload -> isInside(upload.key(), path))
                .allMatch(upload -> world.firstAttemptThatTellsOf(upload.uploadId()).isEmpty());
    }

    private void sourceIsLeftAlone() throws Exception {
        String mine = " FROM pg_stat_activity WHERE application_name LIKE 'snapshot-export%'";
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(asked("SELECT count(*)" + mine)).as("connections to the source").isZero();
            assertThat(asked("SELECT count(*) FROM pg_replication_slots")).as("replication slots").isZero();
            assertThat(asked("SELECT count(*) FROM pg_prepared_xacts")).as("prepared transactions").isZero();
            assertThat(asked("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                    + " AND xact_start < now() - interval '5 s'")).as("old transactions").isZero();
        });
    }

    private long asked(String query) throws Exception {
        try (Connection connection = system.ledger().connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
