package io.snapshotexport.api;

import io.snapshotexport.export.Correlation;
import io.snapshotexport.telemetry.LogKeys;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Gives every request an id, the client's own where it is harmless, and says it in the answer and in the log lines. */
class RequestIdFilter {

    static final String HEADER = "X-Request-Id";

    private final CurrentRequest current;

    @Inject
    RequestIdFilter(CurrentRequest current) {
        this.current = current;
    }

    @ServerRequestFilter(preMatching = true, priority = FilterPriorities.REQUEST_ID)
    void begin(ContainerRequestContext request) {
        String id = Optional.ofNullable(request.getHeaderString(HEADER))
                .filter(Correlation::isRequestId)
                .orElseGet(() -> UUID.randomUUID().toString());
        current.id(id);
        MDC.put(LogKeys.REQUEST_ID, id);
    }

    @ServerResponseFilter
    void end(ContainerResponseContext response) {
        response.getHeaders().putSingle(HEADER, current.id());
    }
}
