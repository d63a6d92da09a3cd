package io.snapshotexport.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeSet;

/** One export of the sample shop through the public API, told as it happens. */
final class SampleExport {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration BETWEEN_PROGRESS_LINES = Duration.ofSeconds(1);

    private final URI api;
    private final String accountKey;
    private final SampleShop shop;
    private final Path s3Directory;
    private final PrintStream out;
    private long begun;
    private long lastLine;
    private String lastState = "";
    private String lastProgress = "";

    SampleExport(URI api, String accountKey, SampleShop shop, Path s3Directory, PrintStream out) {
        this.api = api;
        this.accountKey = accountKey;
        this.shop = shop;
        this.s3Directory = s3Directory;
        this.out = out;
    }

    /** @return whether the export is Complete and has exactly the documents of the source */
    boolean run() {
        String path = "shop/" + Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(':', '-');
        JsonNode request = ExportClient.request(SampleShop.DATABASE, "simple", EmbeddedServers.BUCKET, path);
        out.printf("%nRequest%n  curl %s/v2/exports \\%n    -H 'Authorization: Bearer %s' \\%n    -H 'Content-Type: application/json' \\%n"
                + "    -d '%s'%n", api, accountKey, request);

        ExportClient client = new ExportClient(api, accountKey);
        begun = System.nanoTime();
        JsonNode export = client.create(request);
        out.printf("%nExport %s%n", export.path("id").asText());
        tell(export);
        export = client.awaitEnd(export.path("id").asText(), PATIENCE, this::tell);
        if (!export.path("state").asText().equals("Complete")) {
            out.printf("%nThe export is %s: %s%n", export.path("state").asText(), export.path("failure").path("message").asText());
            return false;
        }
        ExportedFiles files = ExportedFiles.of(s3Directory, EmbeddedServers.BUCKET, path);
        out.printf("%nManifest%n%s%n", files.prettyManifest().indent(2).stripTrailing());
        tellFiles(files);
        return compare(shop.countsByCollection(), files);
    }

    private void tell(JsonNode export) {
        String state = export.path("state").asText();
        String progress = progress(export.path("progress"));
        long now = System.nanoTime();
        boolean stateChanged = !state.equals(lastState);
        boolean progressed = !progress.equals(lastProgress) && now - lastLine >= BETWEEN_PROGRESS_LINES.toNanos();
        if (stateChanged || progressed) {
            out.println(String.format(Locale.ROOT, "  %5.1f s  %-10s  %s", (now - begun) / 1e9, state, progress).stripTrailing());
            lastState = state;
            lastProgress = progress;
            lastLine = now;
        }
    }

    private static String progress(JsonNode progress) {
        return progress.isMissingNode() ? "" : String.format(Locale.ROOT, "%,7d documents  %,10d bytes  %,3d files",
                progress.path("documents").asLong(), progress.path("bytes").asLong(), progress.path("files").asLong());
    }

    private void tellFiles(ExportedFiles files) {
        out.printf("%nFiles in %s%n", LocalMode.shown(files.directory()));
        for (Path file : files.collectionFiles()) {
            out.printf(Locale.ROOT, "  %,10d bytes  %s%n", file.toFile().length(), files.directory().relativize(file));
        }
        Path manifest = files.directory().resolve("manifest.json");
        out.printf(Locale.ROOT, "  %,10d bytes  %s%n", manifest.toFile().length(), manifest.getFileName());
    }

    private boolean compare(SortedMap<String, Long> source, ExportedFiles files) {
        SortedMap<String, Long> exported = files.countsByCollection();
        TreeSet<String> names = new TreeSet<>(source.keySet());
        names.addAll(exported.keySet());
        out.printf("%nDocuments     source   exported%n");
        boolean equal = true;
        for (String name : names) {
            long expected = source.getOrDefault(name, 0L);
            long found = exported.getOrDefault(name, 0L);
            equal &= expected == found;
            out.printf(Locale.ROOT, "  %-10s  %,6d     %,6d%s%n", name, expected, found, expected == found ? "" : "  differs");
        }
        if (!equal) {
            out.printf("%nThe manifest's counts differ from the source's.%n");
        }
        return equal;
    }
}
