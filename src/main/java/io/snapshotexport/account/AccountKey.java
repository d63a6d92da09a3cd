package io.snapshotexport.account;

import java.time.Instant;

/**
 * An account key as it is kept.
 *
 * @param id         the id part of the secret
 * @param account    the name of the account whose it is
 * @param name       what its owner calls it
 * @param role       what it may do
 * @param hash       the {@link KeyHash} of the secret
 * @param createdAt  when it was made
 * @param expiresAt  when it ends by itself, or null
 * @param lastUsedAt when it was used last, to the hour, or null
 * @param revokedAt  when it was revoked, or null
 */
public record AccountKey(String id, String account, String name, Role role, byte[] hash, Instant createdAt, Instant expiresAt,
                         Instant lastUsedAt, Instant revokedAt) {

    public boolean isValidAt(Instant time) {
        return revokedAt == null && (expiresAt == null || time.isBefore(expiresAt));
    }
}
