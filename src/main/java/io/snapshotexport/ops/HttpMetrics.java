package io.snapshotexport.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.snapshotexport.api.RequestListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The API's requests, by method, route and status. Methods and routes are a few by the promise of {@link RequestListener}. */
@ApplicationScoped
class HttpMetrics implements RequestListener {

    private static final Duration[] BOUNDS = IntStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
            .mapToObj(Duration::ofMillis).toArray(Duration[]::new);

    private final boolean apiRole;
    private final MeterRegistry registry;
    /** To look a timer up in the registry costs more than most of what is measured. */
    private final Map<Request, Timer> timers = new ConcurrentHashMap<>();

    private record Request(String method, String route, int status) {
    }

    @Inject
    HttpMetrics(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole, MeterRegistry registry) {
        this.apiRole = apiRole;
        this.registry = registry;
    }

    /** A process without the API has these addresses, too, and nobody who asks. */
    @Override
    public void answered(String method, String route, int status, Duration took) {
        if (apiRole) {
            timers.computeIfAbsent(new Request(method, route, status), this::timer).record(took);
        }
    }

    private Timer timer(Request request) {
        return Metric.HTTP_REQUESTS.histogram(registry, BOUNDS, "method", request.method(), "route", request.route(),
                "status", request.status() == 0 ? "none" : Integer.toString(request.status()));
    }
}
