package io.snapshotexport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.snapshotexport.account.AccountKey;
import io.snapshotexport.account.IssuedKey;
import java.util.List;

/**
 * An account key on the wire.
 *
 * @param lastUsedAt to the hour
 * @param secret     only in the answer to the request that made the key
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"id", "name", "role", "created_at", "expires_at", "last_used_at", "revoked_at", "secret"})
record KeyBody(
        String id,
        String name,
        String role,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("expires_at") String expiresAt,
        @JsonProperty("last_used_at") String lastUsedAt,
        @JsonProperty("revoked_at") String revokedAt,
        String secret) {

    /** All keys of an account. */
    @RegisterForReflection
    record All(List<KeyBody> results) {
    }

    static KeyBody of(AccountKey key) {
        return of(key, null);
    }

    static KeyBody withSecret(IssuedKey issued) {
        return of(issued.key(), issued.secret().reveal());
    }

    private static KeyBody of(AccountKey key, String secret) {
        return new KeyBody(key.id(), key.name(), key.role().wireName(), ExportBody.timestamp(key.createdAt()),
                ExportBody.timestamp(key.expiresAt()), ExportBody.timestamp(key.lastUsedAt()), ExportBody.timestamp(key.revokedAt()), secret);
    }
}
