package io.snapshotexport.api;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.AccountConfig;
import io.snapshotexport.account.Authentication;
import io.snapshotexport.account.Authenticator;
import io.snapshotexport.telemetry.LogKeys;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Nothing below {@code /v2} is done for anybody without a valid account key. */
class AuthenticationFilter {

    private final Authenticator authenticator;
    private final AccountConfig config;
    private final CurrentRequest current;

    @Inject
    AuthenticationFilter(Authenticator authenticator, AccountConfig config, CurrentRequest current) {
        this.authenticator = authenticator;
        this.config = config;
        this.current = current;
    }

    @ServerRequestFilter(preMatching = true, priority = FilterPriorities.AUTHENTICATION)
    Uni<Response> authenticate(ContainerRequestContext request, HttpServerRequest connection) {
        current.address(connection.remoteAddress() == null ? null : connection.remoteAddress().hostAddress());
        if (!request.getUriInfo().getPath().startsWith("/v2/")) {
            return Uni.createFrom().nullItem();
        }
        return authenticator.authenticate(request.getHeaderString(HttpHeaders.AUTHORIZATION), current.address()).map(outcome -> {
            if (outcome instanceof Authentication.Known known) {
                current.caller(known.caller());
                MDC.put(LogKeys.ACCOUNT, known.caller().account());
                return null;
            }
            if (outcome instanceof Authentication.TooManyFailures failures) {
                throw new TooManyRequestsException("Too many requests without a valid account key came from your address; try again in "
                        + TooManyRequestsException.seconds(failures.retryAfter()) + " s with a valid one.", failures.retryAfter(),
                        "failed_authentications_per_minute", config.failedAuthenticationsPerMinute());
            }
            return ErrorResponses.response(ErrorCode.UNAUTHORIZED,
                    "The account key is missing or not valid; send `Authorization: Bearer <account key secret>`.", null);
        });
    }
}
