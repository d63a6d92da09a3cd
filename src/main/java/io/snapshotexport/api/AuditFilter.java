package io.snapshotexport.api;

import io.snapshotexport.account.AuditLog;
import io.snapshotexport.account.Caller;
import io.snapshotexport.telemetry.LogKeys;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Tells the audit log of every export and key that was made, every key that was revoked, and every refusal. It looks at what goes
 * out, so that no resource can forget to tell.
 */
class AuditFilter {

    private static final Set<Integer> REFUSALS = Set.of(ErrorCode.UNAUTHORIZED.status(), ErrorCode.PERMISSION_DENIED.status(),
            ErrorCode.TOO_MANY_REQUESTS.status());

    private final CurrentRequest current;

    @Inject
    AuditFilter(CurrentRequest current) {
        this.current = current;
    }

    @ServerResponseFilter
    void write(ContainerRequestContext request, ContainerResponseContext response) {
        Object entity = response.getEntity() instanceof Envelope<?> envelope ? envelope.response() : response.getEntity();
        String method = request.getMethod();
        if (REFUSALS.contains(response.getStatus())) {
            String outcome = entity instanceof ErrorBody body ? body.error().code() : Integer.toString(response.getStatus());
            AuditLog.write(origin(), "request", method + ":" + request.getUriInfo().getPath(), outcome);
        } else if (entity instanceof ExportBody export && method.equals(HttpMethod.POST)) {
            boolean replayed = response.getHeaders().containsKey(ExportResource.REPLAYED);
            try (LogKeys keys = LogKeys.export(export.id())) {
                AuditLog.write(origin(), "export.create", export.id(), replayed ? "replayed" : "ok");
            }
        } else if (entity instanceof KeyBody key) {
            AuditLog.write(origin(), method.equals(HttpMethod.POST) ? "key.create" : "key.revoke", key.id(), "ok");
        }
    }

    private AuditLog.Origin origin() {
        Caller caller = current.caller();
        return new AuditLog.Origin(caller == null ? null : caller.account(), caller == null ? null : caller.keyId(),
                current.address(), current.id());
    }
}
