package io.snapshotexport.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.local.ExportClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * People who ask for exports and do as they are told: over HTTP, again under the same Idempotency-Key until there is an answer, at whichever
 * API process answers; and producers, who count what is acknowledged. Keeps what was promised. Thread-safe.
 */
final class Clients implements AutoCloseable {

    static final String NOT_THERE = "Missing";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PAUSE = Duration.ofMillis(300);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(2)).build();
    private final List<URI> apis;
    private final String accountKey;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Accepted> accepted = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger produced = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    Clients(CrashSystem system) {
        apis = system.services().entrySet().stream().filter(service -> service.getKey().startsWith("api"))
                .map(service -> service.getValue().url()).toList();
        accountKey = system.data().accountKey();
        Properties settings = system.kafkaConnection();
        settings.setProperty(ProducerConfig.ACKS_CONFIG, "all");
        settings.setProperty(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        settings.setProperty(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "4000");
        settings.setProperty(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000");
        settings.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
        settings.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, "3000");
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private ObjectNode request(String path, List<String> collections) {
        asked.add(path);
        ObjectNode request = ExportClient.request("us-std/" + Ledger.DATABASE, "simple", EmbeddedServers.BUCKET, path);
        collections.forEach(request.putArray("collections")::add);
        return request;
    }

    private Accepted accepted(String id, String path, List<String> collections) {
        Accepted one = new Accepted(id, path, collections, collections.contains(NOT_THERE) || collections.contains(Ledger.BROKEN));
        accepted.add(one);
        return one;
    }

    /** Asks until there is a 201, every time at the next API process. @throws AssertionError if nobody says so in time */
    Accepted post(String path, List<String> collections, int firstApi, Duration patience) {
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(request(path, collections).toString());
        String key = UUID.randomUUID().toString();
        long deadline = System.nanoTime() + patience.toNanos();
        String last = "";
        for (int turn = firstApi; System.nanoTime() < deadline; turn++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(apis.get(turn % apis.size()).resolve("/v2/exports"))
                    .header("Content-Type", "application/json").header("Idempotency-Key", key).POST(body);
            Optional<HttpResponse<String>> answer = send(request);
            if (answer.isPresent() && answer.get().statusCode() == 201) {
                return accepted(json(answer.get()).path("id").asText(), path, collections);
            }
            last = answer.map(response -> response.statusCode() + " " + response.body()).orElse("no answer");
            if (answer.isPresent() && answer.get().statusCode() < 500) {
                throw new AssertionError("a good request was refused: " + last);
            }
            refusals.incrementAndGet();
            pause();
        }
        throw new AssertionError("no API process took the request in " + patience.toSeconds() + " s; the last answer: " + last);
    }

    /** One record. @return nothing when it was not acknowledged: it may be in the log all the same, but nobody was promised anything */
    Optional<Accepted> produce(String path, List<String> collections) {
        ObjectNode request = request(path, collections).put("account", "default");
        try {
            RecordMetadata place = producer.send(new ProducerRecord<>("export-requests", request.toString().getBytes(StandardCharsets.UTF_8)))
                    .get(6, TimeUnit.SECONDS);
            produced.incrementAndGet();
            return Optional.of(accepted(ExportId.of(place.timestamp(), place.partition(), place.offset()).toString(), path, collections));
        } catch (ExecutionException | TimeoutException notAcknowledged) {
            refusals.incrementAndGet();
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The export as any API process that answers knows it; nothing if none does. */
    Optional<JsonNode> get(String id) {
        for (URI api : apis) {
            Optional<HttpResponse<String>> answer = send(HttpRequest.newBuilder(api.resolve("/v2/exports/" + id)));
            if (answer.isPresent() && answer.get().statusCode() == 200) {
                return answer.map(Clients::json);
            }
        }
        return Optional.empty();
    }

    /** The first page of what is in these states. */
    JsonNode list(String... states) {
        String query = String.join("&state=", states);
        return send(HttpRequest.newBuilder(apis.get(0).resolve("/v2/exports?max_results=100&state=" + query))).map(Clients::json)
                .orElseThrow(() -> new AssertionError("the API does not answer")).path("results");
    }

    JsonNode awaitEnd(String id, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<JsonNode> last = get(id);
        while (!last.map(export -> export.path("is_terminal").asBoolean()).orElse(false)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("export " + id + " has not ended within " + patience.toSeconds() + " s: "
                        + last.map(JsonNode::toString).orElse("unknown"));
            }
            pause();
            last = get(id);
        }
        return last.get();
    }

    private Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
        try {
            return Optional.of(http.send(request.header("Authorization", "Bearer " + accountKey).timeout(Duration.ofSeconds(12)).build(),
                    HttpResponse.BodyHandlers.ofString()));
        } catch (IOException noAnswer) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).path("response");
        } catch (IOException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    List<Accepted> accepted() {
        synchronized (accepted) {
            return List.copyOf(accepted);
        }
    }

    /** How many of them came as records of a producer. */
    int produced() {
        return produced.get();
    }

    /** Every path that anybody has asked for, promised or not. */
    Set<String> askedPaths() {
        return asked;
    }

    /** How often somebody was told to try again, or nothing at all. */
    int refusals() {
        return refusals.get();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
