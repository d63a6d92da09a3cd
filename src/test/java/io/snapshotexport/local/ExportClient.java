package io.snapshotexport.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The public HTTP API as a user would call it. Any other answer than the expected one is an {@link IllegalStateException} that shows it. */
public final class ExportClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI api;
    private final String accountKey;

    public ExportClient(URI api, String accountKey) {
        this.api = api;
        this.accountKey = accountKey;
    }

    /** The body of a request for the whole database. */
    public static ObjectNode request(String database, String format, String bucket, String path) {
        ObjectNode body = JSON.createObjectNode();
        body.put("database", database).put("format", format);
        body.putObject("destination").putObject("s3").put("bucket", bucket).put("path", path);
        return body;
    }

    /** The export that was made. */
    public JsonNode create(JsonNode request) {
        return create(request, Map.of());
    }

    /** As above, with further headers. */
    JsonNode create(JsonNode request, Map<String, String> headers) {
        HttpRequest.Builder post = HttpRequest.newBuilder(api.resolve("/v2/exports")).header("Content-Type", "application/json");
        headers.forEach(post::header);
        return send(post.POST(HttpRequest.BodyPublishers.ofString(request.toString())), 201);
    }

    public JsonNode get(String exportId) {
        return send(HttpRequest.newBuilder(api.resolve("/v2/exports/" + exportId)), 200);
    }

    /** The account's exports, newest first, a thousand at most. */
    public List<JsonNode> list() {
        List<JsonNode> exports = new ArrayList<>();
        send(HttpRequest.newBuilder(api.resolve("/v2/exports?max_results=1000")), 200).path("results").forEach(exports::add);
        return exports;
    }

    /**
     * Asks again and again until the export is terminal.
     *
     * @param seen gets every answer
     * @throws IllegalStateException if that takes longer than the patience
     */
    public JsonNode awaitEnd(String exportId, Duration patience, Consumer<JsonNode> seen) {
        return awaitEnd(exportId, patience, PAUSE, seen);
    }

    /** As above, with pauses of that length between. */
    public JsonNode awaitEnd(String exportId, Duration patience, Duration pause, Consumer<JsonNode> seen) {
        long deadline = System.nanoTime() + patience.toNanos();
        JsonNode export = get(exportId);
        seen.accept(export);
        while (!export.path("is_terminal").asBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("export " + exportId + " is not done after " + patience.toSeconds() + " s: " + export);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            export = get(exportId);
            seen.accept(export);
        }
        return export;
    }

    private JsonNode send(HttpRequest.Builder request, int expectedStatus) {
        try {
            HttpRequest complete = request.header("Authorization", "Bearer " + accountKey).timeout(TIMEOUT).build();
            HttpResponse<String> answer = client.send(complete, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != expectedStatus) {
                throw new IllegalStateException(
                        complete.method() + " " + complete.uri() + " answers " + answer.statusCode() + ": " + answer.body());
            }
            return JSON.readTree(answer.body()).path("response");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
