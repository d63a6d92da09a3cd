package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.AccountKey;
import io.snapshotexport.account.AccountKeySecret;
import io.snapshotexport.account.AccountKeys;
import io.snapshotexport.account.Caller;
import io.snapshotexport.account.IssuedKey;
import io.snapshotexport.account.KeyIssue;
import io.snapshotexport.account.Role;
import io.snapshotexport.store.AccountStore;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * {@code /v2/account/keys}: an account's own keys, for its owners and admins. Owner keys are for owners only. Any key that one may
 * manage may be revoked, even the one that asks and even the last: a key that leaked must never have to stay, and the operator can
 * make another.
 */
@Path("/v2/account/keys")
@Produces(MediaType.APPLICATION_JSON)
public class AccountKeyResource {

    /** More than anybody needs at a time; a list and a table of bounded length are the point. */
    private static final int MOST_VALID_KEYS = 100;

    private final AccountStore accounts;
    private final KeyIssue keyIssue;
    private final CurrentRequest current;

    @Inject
    AccountKeyResource(AccountStore accounts, KeyIssue keyIssue, CurrentRequest current) {
        this.accounts = accounts;
        this.keyIssue = keyIssue;
        this.current = current;
    }

    @POST
    public Uni<Response> create(InputStream body, @Context HttpHeaders headers) throws IOException {
        Caller caller = manager();
        KeyRequest request = KeyRequest.read(JsonBody.parse(body, headers.getRequestHeaders().getFirst(HttpHeaders.CONTENT_TYPE), KeyRequest.FIELDS));
        IssuedKey issued = keyIssue.issue(caller.account(), request.name(), request.role(), request.ttlDays());
        if (!caller.role().mayManage(request.role())) {
            throw denied(caller, "make", request.role());
        }
        return accounts.countValid(caller.account(), issued.key().createdAt()).flatMap(valid -> {
            if (valid >= MOST_VALID_KEYS) {
                throw new ApiException(ErrorCode.BAD_REQUEST, "The account has " + valid + " valid keys, and " + MOST_VALID_KEYS
                        + " are the most it may have; revoke one with `DELETE /v2/account/keys/{id}`.");
            }
            return accounts.add(issued.key());
        }).map(added -> Response.status(Response.Status.CREATED).entity(new Envelope<>(KeyBody.withSecret(issued)))
                .header(HttpHeaders.CACHE_CONTROL, "no-store").build());
    }

    @GET
    public Uni<Envelope<KeyBody.All>> list() {
        return accounts.list(manager().account()).map(keys -> new Envelope<>(new KeyBody.All(keys.stream().map(KeyBody::of).toList())));
    }

    @DELETE
    @Path("/{id}")
    public Uni<Envelope<KeyBody>> revoke(@PathParam("id") String id) {
        Caller caller = manager();
        // Two steps, but what the first looks at never changes.
        return find(id).flatMap(found -> {
            AccountKey key = found.map(AccountKeys.Owned::key).filter(owned -> owned.account().equals(caller.account()))
                    .orElseThrow(() -> new ApiException(ErrorCode.NOT_FOUND,
                            "There is no key " + shown(AccountKeySecret.redacted(id)) + "; `GET /v2/account/keys` lists yours."));
            if (!caller.role().mayManage(key.role())) {
                throw denied(caller, "revoke", key.role());
            }
            return accounts.revoke(key.id(), Instant.now().truncatedTo(ChronoUnit.MICROS));
        }).map(revoked -> new Envelope<>(KeyBody.of(revoked.orElseThrow())));
    }

    private Uni<Optional<AccountKeys.Owned>> find(String id) {
        // The store takes no zero bytes; nor is there any need to ask it for what cannot be an id.
        return AccountKeySecret.isKeyId(id) ? accounts.find(id) : Uni.createFrom().item(Optional.empty());
    }

    private Caller manager() {
        Caller caller = current.caller();
        if (!caller.role().mayManageKeys()) {
            throw new ApiException(ErrorCode.PERMISSION_DENIED, "A key with the role `" + caller.role().wireName()
                    + "` may not see or change keys; use a key of an owner or admin.");
        }
        return caller;
    }

    private static ApiException denied(Caller caller, String what, Role role) {
        return new ApiException(ErrorCode.PERMISSION_DENIED, "A key with the role `" + caller.role().wireName() + "` may not " + what
                + " a key with the role `" + role.wireName() + "`; use a key of an owner.");
    }
}
