package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.Caller;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.InvalidValueException;
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
import java.util.regex.Pattern;

/** {@code /v2/exports}: create, get and list exports. */
@Path("/v2/exports")
@Produces(MediaType.APPLICATION_JSON)
public class ExportResource {

    static final int MAX_BODY_BYTES = 64 * 1024;
    private static final Pattern JSON = Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private final ExportCreation creation;
    private final ExportStore exports;
    private final RegionGroups regionGroups;
    private final CurrentRequest current;

    @Inject
    ExportResource(ExportCreation creation, ExportStore exports, RegionGroups regionGroups, CurrentRequest current) {
        this.creation = creation;
        this.exports = exports;
        this.regionGroups = regionGroups;
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
            return (created.replayed() ? response.header("Idempotent-Replayed", "true") : response).build();
        });
    }

    private ExportRequest read(InputStream stream, String contentType, Caller caller) throws IOException {
        if (contentType == null || !JSON.matcher(contentType).matches()) {
            throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The content type is "
                    + (contentType == null ? "missing" : shown(contentType)) + "; send the body as `Content-Type: application/json`.");
        }
        // A body of unknown length is read no further than it may be long.
        byte[] body = stream.readNBytes(MAX_BODY_BYTES + 1);
        if (body.length == 0) {
            throw new InvalidValueException("body", "The body is empty; send one JSON object with `database` and `destination`.");
        }
        if (body.length > MAX_BODY_BYTES) {
            throw new InvalidValueException("body", ErrorResponses.TOO_LARGE);
        }
        ExportRequest request = RequestJson.read(RequestJson.parse(body), caller.account(), RequestJson.UnknownFields.REFUSED);
        regionGroups.of(request.database());
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
