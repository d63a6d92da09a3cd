package io.snapshotexport.local;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What an export has left in the directory of the S3 server. */
public final class ExportedFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final JsonNode manifest;

    private ExportedFiles(Path directory, JsonNode manifest) {
        this.directory = directory;
        this.manifest = manifest;
    }

    /**
     * @param s3Directory the one that the S3 server serves
     * @throws IllegalStateException if the manifest is not there
     */
    public static ExportedFiles of(Path s3Directory, String bucket, String path) {
        Path directory = s3Directory.resolve(bucket).resolve(path);
        Path manifest = directory.resolve("manifest.json");
        if (!Files.exists(manifest)) {
            throw new IllegalStateException(manifest + " is missing");
        }
        try {
            return new ExportedFiles(directory, JSON.readTree(manifest.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path directory() {
        return directory;
    }

    public JsonNode manifest() {
        return manifest;
    }

    /** One line a value. */
    public String prettyManifest() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        try {
            return JSON.writer(printer).writeValueAsString(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Documents by collection, as the manifest says. */
    public SortedMap<String, Long> countsByCollection() {
        SortedMap<String, Long> counts = new TreeMap<>();
        manifest.path("collections").forEach(collection ->
                counts.put(collection.path("name").asText(), collection.path("documents").asLong()));
        return counts;
    }

    /** The files that the manifest lists, as they lie on the disk. */
    public List<Path> collectionFiles() {
        Path collections = directory.resolve("collections");
        if (!Files.exists(collections)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(collections)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
