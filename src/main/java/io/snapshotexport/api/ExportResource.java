package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.Caller;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.RegionGroups;
import io.snapshotexport.messaging.RequestJson;
import io.snapshotexport.store.ExportStore;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** {@code /v2/exports}: create, get and list exports. */
@Path("/v2/exports")
@Produces(MediaType.APPLICATION_JSON)
public class ExportResource {

    static final String REPLAYED = "Idempotent-Replayed";

    private final ExportCreation creation;
    private final ExportStore exports;
    private final RegionGroups regionGroups;
    private final ExportEntitlement entitlement;
    private final CurrentRequest current;

    @Inject
    ExportResource(ExportCreation creation, ExportStore exports, RegionGroups regionGroups, ExportEntitlement entitlement,
                   CurrentRequest current) {
        this.creation = creation;
        this.exports = exports;
        this.regionGroups = regionGroups;
        this.entitlement = entitlement;
        this.current = current;
    }

    @POST
    public Uni<Response> create(InputStream body, @Context HttpHeaders headers) throws IOException {
        Caller caller = current.caller();
        if (!caller.role().mayExport()) {
            throw new ApiException(ErrorCode.PERMISSION_DENIED,
                    "A key with the role `" + caller.role().wireName() + "` may not create exports; use a key of an owner, admin or developer.");
        }
        ExportRequest request = read(body, headers.getRequestHeaders().getFirst(HttpHeaders.CONTENT_TYPE), caller);
        Optional<IdempotencyKey> key = Optional.ofNullable(headers.getRequestHeaders().getFirst(IdempotencyKey.HEADER)).map(IdempotencyKey::new);
        return creation.create(request, key, current.id()).map(created -> {
            Response.ResponseBuilder response = Response.status(Response.Status.CREATED).entity(new Envelope<>(ExportBody.of(created.export())));
            return (created.replayed() ? response.header(REPLAYED, "true") : response).build();
        });
    }

    private ExportRequest read(InputStream body, String contentType, Caller caller) throws IOException {
        ExportRequest request = RequestJson.read(JsonBody.parse(body, contentType, "`database` and `destination`"), caller.account(),
                RequestJson.UnknownFields.REFUSED);
        regionGroups.of(request.database());
        entitlement.check(caller.owner(), request.database());
        return request;
    }

    @GET
    @Path("/{id}")
    public Uni<Envelope<ExportBody>> get(@PathParam("id") String id) {
        Caller caller = current.caller();
        return ExportId.parse(id)
                .map(exportId -> exports.find(caller.account(), exportId))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
                .map(export -> new Envelope<>(ExportBody.of(export.orElseThrow(() -> new ApiException(ErrorCode.NOT_FOUND,
                        "There is no export " + shown(id) + "; `GET /v2/exports` lists yours.")))));
    }

    @GET
    public Uni<Envelope<ExportPageBody>> list(@QueryParam("state") List<String> states, @QueryParam("database") String database,
                                              @QueryParam("max_results") String maxResults, @QueryParam("next_token") String nextToken) {
        Caller caller = current.caller();
        ExportListing listing = ExportListing.parse(states, database, maxResults, nextToken);
        return exports.list(caller.account(), listing.filter(), listing.maxResults() + 1).map(found -> new Envelope<>(listing.page(found)));
    }
}
