package io.snapshotexport.store;

import io.snapshotexport.account.AccountKey;
import io.snapshotexport.account.Role;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A row of the table {@code account_key}. */
@Entity
@Table(name = "account_key")
class AccountKeyEntity {

    @Id
    String id;
    String account;
    String name;
    String role;
    byte[] hash;
    @Column(name = "created_at")
    Instant createdAt;
    @Column(name = "expires_at")
    Instant expiresAt;
    @Column(name = "last_used_at")
    Instant lastUsedAt;
    @Column(name = "revoked_at")
    Instant revokedAt;

    static AccountKeyEntity of(AccountKey key) {
        AccountKeyEntity entity = new AccountKeyEntity();
        entity.id = key.id();
        entity.account = key.account();
        entity.name = key.name();
        entity.role = key.role().wireName();
        entity.hash = key.hash();
        entity.createdAt = key.createdAt();
        entity.expiresAt = key.expiresAt();
        entity.lastUsedAt = key.lastUsedAt();
        entity.revokedAt = key.revokedAt();
        return entity;
    }

    AccountKey toKey() {
        return new AccountKey(id, account, name, Role.ofWireName(role).orElseThrow(), hash, createdAt, expiresAt,
                lastUsedAt, revokedAt);
    }
}
