package io.snapshotexport.api;

import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** A process without the API role answers nothing but its health. */
class RoleFilter {

    private final boolean apiRole;

    @Inject
    RoleFilter(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole) {
        this.apiRole = apiRole;
    }

    @ServerRequestFilter(preMatching = true, priority = FilterPriorities.ROLE)
    Optional<Response> refuseWithoutRole() {
        return apiRole ? Optional.empty()
                : Optional.of(ErrorResponses.response(ErrorCode.NOT_FOUND, "This process is a worker; ask a process with the API role.", null));
    }
}
