package io.snapshotexport.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A collection file that a FaunaDB wrote ({@code src/test/resources/fauna}), and how to load its documents into a table of documents.
 * The times at which documents expire are put off by a thousand years, in the file and in what it expects, because those that were
 * recorded pass.
 */
public final class FaunaExport {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path RECORDED = Path.of("src/test/resources/fauna");

    private final Path file;

    private FaunaExport(Path file) {
        this.file = file;
    }

    /** Every recorded collection that was exported in the tagged format. */
    public static Stream<FaunaExport> tagged() throws IOException {
        try (Stream<Path> files = Files.list(RECORDED)) {
            return files.filter(path -> path.toString().contains(".tagged.")).sorted().map(FaunaExport::new).toList().stream();
        }
    }

    /** @param name of the file, such as {@code 05_Product.tagged.json} */
    public static FaunaExport named(String name) {
        return new FaunaExport(RECORDED.resolve(name));
    }

    /** The name of the collection. */
    public String collection() {
        return file.getFileName().toString().replaceAll("^\\d+_|\\..*", "");
    }

    /** The content of the file. */
    public String content() {
        try {
            return Files.readString(file).replaceAll("(\"ttl\":(?:\\{\"@time\":)?\")2", "$13");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same documents in the simple format, if they were exported so too. */
    public List<FaunaExport> simple() {
        return Stream.of(".json", ".jsonl").map(end -> new FaunaExport(
                        file.resolveSibling(file.getFileName().toString().replaceAll("\\.tagged\\..*", ".simple" + end))))
                .filter(export -> Files.exists(export.file)).toList();
    }

    /** How a file of the same kind has the documents. */
    public String fileOf(List<String> documents) {
        return file.toString().endsWith(".jsonl") ? documents.stream().map(document -> document + "\n").collect(Collectors.joining())
                : "[" + String.join(",", documents) + "]";
    }

    /** Makes the table and loads the documents, each as the fields that come after {@code id}, {@code coll}, {@code ts} and {@code ttl}. */
    public void loadInto(Connection connection, String typeOfData) throws SQLException {
        String table = "\"" + collection() + "\"";
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + table);
            statement.execute("CREATE TABLE " + table + " (id bigint PRIMARY KEY, ts timestamptz NOT NULL, ttl timestamptz, data "
                    + typeOfData + " NOT NULL)");
        }
        String insert = "INSERT INTO " + table + " VALUES (?::bigint, ?::timestamptz, ?::timestamptz, ?::" + typeOfData + ")";
        try (PreparedStatement row = connection.prepareStatement(insert)) {
            for (ObjectNode document : documents()) {
                document.remove("coll");
                row.setString(1, document.remove("id").asText());
                row.setString(2, time(document.remove("ts")));
                row.setString(3, document.has("ttl") ? time(document.remove("ttl")) : null);
                row.setString(4, document.toString());
                row.executeUpdate();
            }
        }
    }

    private List<ObjectNode> documents() {
        String array = content().startsWith("[") ? content() : "[" + content().strip().replace("\n", ",") + "]";
        try {
            return List.of(JSON.readValue(array.getBytes(StandardCharsets.UTF_8), ObjectNode[].class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String time(JsonNode value) {
        return value.isTextual() ? value.asText() : value.get("@time").asText();
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }
}
