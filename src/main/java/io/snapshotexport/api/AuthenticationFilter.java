package io.snapshotexport.api;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.Authenticator;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Nothing below {@code /v2} is done for anybody without a valid account key. */
class AuthenticationFilter {

    private final Authenticator authenticator;
    private final CurrentRequest current;

    @Inject
    AuthenticationFilter(Authenticator authenticator, CurrentRequest current) {
        this.authenticator = authenticator;
        this.current = current;
    }

    @ServerRequestFilter(preMatching = true, priority = FilterPriorities.AUTHENTICATION)
    Uni<Response> authenticate(ContainerRequestContext request) {
        if (!request.getUriInfo().getPath().startsWith("/v2/")) {
            return Uni.createFrom().nullItem();
        }
        return authenticator.authenticate(request.getHeaderString(HttpHeaders.AUTHORIZATION)).map(caller -> {
            if (caller.isEmpty()) {
                return ErrorResponses.response(ErrorCode.UNAUTHORIZED,
                        "The account key is missing or not valid; send `Authorization: Bearer <account key secret>`.", null);
            }
            current.caller(caller.get());
            return null;
        });
    }
}
