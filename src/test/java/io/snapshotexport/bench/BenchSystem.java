package io.snapshotexport.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.embedded.S3ProxyProcess;
import io.snapshotexport.local.DataDirectory;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.local.ExportClient;
import io.snapshotexport.local.ExportedFiles;
import io.snapshotexport.local.ServiceProcess;
import io.snapshotexport.local.ServiceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** All that an export needs, each in a process of its own: the servers, the API, and at one time one worker of the artifact. */
final class BenchSystem implements AutoCloseable {

    static final String BUCKET = EmbeddedServers.BUCKET;
    private static final String API_HEAP = "256m";
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    /** What is measured are times that the API tells afterwards; asking costs the processors that the export runs on. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final DataDirectory data;
    private final EmbeddedServers servers;
    private final S3ProxyProcess s3;
    private final ServiceSettings settings;
    private final ServiceProcess api;
    private final long postmaster;
    private ServiceProcess worker;

    private BenchSystem(DataDirectory data, EmbeddedServers servers, S3ProxyProcess s3) {
        this.data = data;
        this.servers = servers;
        this.s3 = s3;
        this.settings = ServiceSettings.of(servers, data).with("snapshot-export.s3.endpoint", s3.endpoint().toString());
        this.postmaster = postmaster(data);
        this.api = ServiceProcess.start(data.path().resolve("api"), settings.withRoles(true, false), API_HEAP, ServiceProcess.shortLived());
    }

    static BenchSystem start(Path directory) {
        DataDirectory data = DataDirectory.open(directory);
        EmbeddedServers servers = EmbeddedServers.start(data);
        S3ProxyProcess s3 = S3ProxyProcess.start(data.path().resolve("s3-process"), data.path().resolve("s3.log"), BUCKET, "-Xmx512m");
        return new BenchSystem(data, servers, s3);
    }

    private static long postmaster(DataDirectory data) {
        try {
            return Long.parseLong(Files.readAllLines(data.postgres().resolve("postmaster.pid")).get(0).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the worker by a new one, which has done nothing yet. */
    void startWorker(int lanes, String heap) {
        stopWorker();
        worker = ServiceProcess.start(data.path().resolve("worker"),
                settings.withRoles(false, true).with("snapshot-export.worker.lanes", Integer.toString(lanes)), heap);
    }

    private void stopWorker() {
        if (worker != null) {
            worker.close();
            worker = null;
        }
    }

    BenchDatabase database(String name, String script) {
        return new BenchDatabase(servers.postgres(), name, script);
    }

    /** What takes part in an export, but for the client. */
    Processes servers() {
        return new Processes(Map.of()).with(Processes.SOURCE, postmaster).with(Processes.S3, s3.pid());
    }

    long workerPid() {
        return worker.pid();
    }

    S3ProxyProcess s3() {
        return s3;
    }

    int postgresPort() {
        return servers.postgres().port();
    }

    String postgresUser() {
        return servers.postgres().user();
    }

    String postgresPassword() {
        return servers.postgres().password();
    }

    Path directory() {
        return data.path();
    }

    /** Runs one export to its end. The seconds are those between the times that the API shows: made, and complete. */
    Measured export(BenchDatabase database, Variant variant, String path) {
        ExportClient client = new ExportClient(api.url(), data.accountKey());
        Processes processes = servers().with(Processes.CLIENT, worker.pid());
        ProcFiles.resetPeak(worker.pid());
        Map<String, Double> before = processes.cpuSeconds();
        ObjectNode request = ExportClient.request(database.path(), variant.format(), BUCKET, path);
        variant.addTo(request);
        String id = client.create(request).path("id").asText();
        JsonNode export = client.awaitEnd(id, PATIENCE, PAUSE, state -> { });
        Map<String, Double> cpu = Measured.since(before, processes);
        if (!export.path("state").asText().equals("Complete")) {
            throw new IllegalStateException(export + "\n" + worker.logTail());
        }
        Duration took = Duration.between(instant(export, "created_at"), instant(export, "completed_at"));
        long bytes = files(path).bytes();
        return new Measured(took.toNanos() / 1e9, new LinkedHashMap<>(cpu), bytes, ProcFiles.peakBytes(worker.pid()));
    }

    private static Instant instant(JsonNode export, String field) {
        return Instant.parse(export.path(field).asText());
    }

    /** What an export has written. */
    WrittenObjects files(String path) {
        return WrittenObjects.of(ExportedFiles.of(s3Directory(), BUCKET, path).collectionFiles());
    }

    /** Makes room on the disk. */
    void delete(String path) {
        DataDirectory.deleteAll(s3Directory().resolve(BUCKET).resolve(path));
    }

    private Path s3Directory() {
        return data.path().resolve("s3-process");
    }

    @Override
    public void close() {
        stopWorker();
        api.close();
        s3.close();
        servers.close();
    }
}
