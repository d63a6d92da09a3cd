package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.snapshotexport.embedded.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeCollectionIT {

    private static final int DOCUMENTS = 200_000;
    private static final long TWO_GIGABYTES = 2_000_000_000L;
    private static final long FILE_BYTES = 128L << 20;

    @TempDir
    Path directory;

    @Test
    void twoGigabytesAreExportedByAWorkerWithAHeapOf256Megabytes() throws Exception {
        DataDirectory data = DataDirectory.open(directory);
        try (EmbeddedServers servers = EmbeddedServers.start(data)) {
            createDocuments(servers.postgres());
            ServiceSettings settings = ServiceSettings.of(servers, data);
            try (ServiceProcess api = ServiceProcess.start(directory.resolve("api"), settings.withRoles(true, false), "256m");
                    ServiceProcess worker = ServiceProcess.start(directory.resolve("worker"), settings.withRoles(false, true), "256m")) {
                ExportClient client = new ExportClient(api.url(), data.accountKey());
                long begun = System.nanoTime();
                JsonNode created = client.create(ExportClient.request("us-std/large", "tagged", EmbeddedServers.BUCKET, "large"));
                JsonNode export = client.awaitEnd(created.path("id").asText(), Duration.ofMinutes(10), state -> { });
                double seconds = (System.nanoTime() - begun) / 1e9;

                assertThat(export.path("state").asText()).as(export + "\n" + worker.logTail()).isEqualTo("Complete");
                assertThat(worker.isAlive()).isTrue();
                ExportedFiles files = ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, "large");
                long bytes = files.collectionFiles().stream().mapToLong(file -> file.toFile().length()).sum();
                System.out.printf(Locale.ROOT, "exported %,d documents, %,d bytes in %.1f s: %.0f MB/s%n", DOCUMENTS, bytes, seconds,
                        bytes / 1e6 / seconds);
                assertThat(files.countsByCollection()).isEqualTo(Map.of("Big", (long) DOCUMENTS));
                assertThat(bytes).isGreaterThan(TWO_GIGABYTES);
                assertThat(files.collectionFiles()).hasSizeGreaterThanOrEqualTo((int) (bytes / (FILE_BYTES + (1 << 20))));
                assertThat(export.path("progress").path("bytes").asLong()).isEqualTo(bytes);
            }
        }
    }

    /** 10 kB each that PostgreSQL compresses to 200 bytes: much to export from little on the disk. */
    private static void createDocuments(PostgresServer server) {
        server.createDatabase("large",
                "CREATE TABLE \"Big\" (id bigint PRIMARY KEY, ts timestamptz NOT NULL, data jsonb NOT NULL)",
                "INSERT INTO \"Big\" SELECT i, now(), jsonb_build_object('number', i, 'text', repeat(md5(i::text), 315)) "
                        + "FROM generate_series(1, " + DOCUMENTS + ") AS i",
                "ANALYZE \"Big\"");
    }
}
