package io.snapshotexport.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Where the CLI asks for a fresh key after a 401. There are no refresh tokens here: a key is valid or it is not. */
@Path("/api/v1/session")
public class SessionResource {

    /** The error shape of the API's first version, which the CLI expects at this address. */
    @RegisterForReflection
    record Refusal(String code, String reason) {
    }

    @POST
    @Path("/refresh")
    public Response refresh() {
        return Response.status(Response.Status.UNAUTHORIZED)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(new Refusal("unauthorized", "Account keys are not refreshed; use a valid account key."))
                .build();
    }
}
