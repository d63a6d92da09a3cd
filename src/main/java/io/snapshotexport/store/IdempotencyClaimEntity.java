package io.snapshotexport.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A row of the table {@code idempotency_claim}. */
@Entity
@Table(name = "idempotency_claim")
class IdempotencyClaimEntity {

    @Id
    String mark;
    String fingerprint;
    @Column(name = "claimed_at")
    Instant claimedAt;
    @Column(name = "export_id")
    Long exportId;
}
