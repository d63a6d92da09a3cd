package io.snapshotexport.api;

import io.snapshotexport.account.AccountConfig;
import io.snapshotexport.account.RateLimit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** No account takes the service's time from the others. In each API process by itself: nothing is shared for this. */
@ApplicationScoped
class RequestRateFilter {

    private final int allowed;
    private final RateLimit requests;
    private final CurrentRequest current;

    @Inject
    RequestRateFilter(AccountConfig config, CurrentRequest current) {
        this.allowed = config.requestsPerSecond();
        this.requests = new RateLimit(allowed, Duration.ofSeconds(1), config.requestBurst());
        this.current = current;
    }

    @ServerRequestFilter(preMatching = true, priority = FilterPriorities.REQUEST_RATE)
    void limit() {
        if (current.caller() == null) {
            return;
        }
        Duration wait = requests.take(current.caller().account());
        if (!wait.isZero()) {
            throw new TooManyRequestsException("The account `" + current.caller().account() + "` may make " + allowed
                    + " requests a second; try again in " + TooManyRequestsException.seconds(wait) + " s, and more slowly.",
                    wait, "requests_per_second", allowed);
        }
    }
}
