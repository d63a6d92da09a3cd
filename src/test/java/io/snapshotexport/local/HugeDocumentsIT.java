package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HugeDocumentsIT {

    private static final int DOCUMENTS = 8;
    private static final int DOCUMENT_BYTES = 64 << 20;
    /** What deploy/CONFIGURATION.md asks for: 160 MB and, for each lane, 128 MB. */
    private static final String HEAP = "416m";

    @TempDir
    Path directory;

    @Test
    void documentsOf64MebibytesPassThroughTwoLanesInTheHeapThatTheDocumentationAsksFor() throws Exception {
        DataDirectory data = DataDirectory.open(directory);
        try (EmbeddedServers servers = EmbeddedServers.start(data)) {
            // PostgreSQL keeps less than a megabyte of each.
            servers.postgres().createDatabase("huge",
                    "CREATE TABLE \"Huge\" (id bigint PRIMARY KEY, ts timestamptz NOT NULL, data jsonb NOT NULL)",
                    "INSERT INTO \"Huge\" SELECT i, now(), jsonb_build_object('t', repeat('x', " + (DOCUMENT_BYTES - 10)
                            + ")) FROM generate_series(1, " + DOCUMENTS + ") i");
            ServiceSettings settings = ServiceSettings.of(servers, data).with("snapshot-export.worker.lanes", "2")
                    .with("snapshot-export.worker.slots", "1").with("snapshot-export.worker.smallest-range", "1000000");
            try (ServiceProcess api = ServiceProcess.start(directory.resolve("api"), settings.withRoles(true, false), "256m");
                    ServiceProcess worker = ServiceProcess.start(directory.resolve("worker"), settings.withRoles(false, true), HEAP)) {
                ExportClient client = new ExportClient(api.url(), data.accountKey());
                JsonNode created = client.create(ExportClient.request("us-std/huge", "tagged", EmbeddedServers.BUCKET, "huge"));
                JsonNode export = client.awaitEnd(created.path("id").asText(), Duration.ofMinutes(5), state -> { });

                assertThat(export.path("state").asText()).as(export + "\n" + worker.logTail()).isEqualTo("Complete");
                ExportedFiles files = ExportedFiles.of(data.s3(), EmbeddedServers.BUCKET, "huge");
                assertThat(files.countsByCollection()).isEqualTo(Map.of("Huge", (long) DOCUMENTS));
                assertThat(files.collectionFiles()).anyMatch(file -> file.toString().contains("_01_"))
                        .allSatisfy(file -> assertThat(file.toFile().length()).isGreaterThan(DOCUMENT_BYTES));
            }
        }
    }
}
