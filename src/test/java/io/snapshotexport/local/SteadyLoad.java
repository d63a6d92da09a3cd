package io.snapshotexport.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Users who make exports and look at them all the time, behind a load balancer that asks the API processes several times a second whether
 * they are ready, and sends requests only to those that are. Ends when it is closed.
 */
final class SteadyLoad implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int PROBE_MILLIS = 100;
    private static final int CREATE_MILLIS = 250;
    private static final int LOOK_MILLIS = 50;

    private final HttpClient probes = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(3);
    private final AtomicInteger turns = new AtomicInteger();
    private final List<String> created = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final Map<URI, ExportClient> clients;
    private volatile List<URI> ready = List.of();

    /** @param requests the body of the first, second, ... request */
    SteadyLoad(List<URI> apis, String accountKey, IntFunction<JsonNode> requests) {
        clients = apis.stream().collect(Collectors.toMap(api -> api, api -> new ExportClient(api, accountKey)));
        probe();
        threads.scheduleWithFixedDelay(this::probe, PROBE_MILLIS, PROBE_MILLIS, TimeUnit.MILLISECONDS);
        threads.scheduleWithFixedDelay(() -> count(() -> created.add(client().create(requests.apply(created.size())).path("id").asText())),
                0, CREATE_MILLIS, TimeUnit.MILLISECONDS);
        threads.scheduleWithFixedDelay(() -> count(this::look), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void probe() {
        ready = clients.keySet().stream().filter(this::isReady).toList();
    }

    private boolean isReady(URI api) {
        try {
            return probes.send(HttpRequest.newBuilder(api.resolve("/q/health/ready")).timeout(TIMEOUT).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException away) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ExportClient client() {
        List<URI> now = ready;
        if (now.isEmpty()) {
            throw new IllegalStateException("no API process is ready");
        }
        return clients.get(now.get(turns.getAndIncrement() % now.size()));
    }

    private void look() {
        if (!created.isEmpty()) {
            client().get(created.get(looks.getAndIncrement() % created.size()));
        }
    }

    private void count(Runnable request) {
        try {
            request.run();
        } catch (RuntimeException e) {
            failures.add(e.toString());
        }
    }

    /** The exports that were made. */
    List<String> created() {
        return created;
    }

    int looks() {
        return looks.get();
    }

    /** What was answered otherwise than it should. */
    List<String> failures() {
        return failures;
    }

    /** Waits for what is under way. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("requests are still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
