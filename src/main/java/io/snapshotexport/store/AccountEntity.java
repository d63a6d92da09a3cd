package io.snapshotexport.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A row of the table {@code account}. */
@Entity
@Table(name = "account")
class AccountEntity {

    @Id
    String name;
    @Column(name = "created_at")
    Instant createdAt;
}
