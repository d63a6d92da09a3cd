package io.snapshotexport.store;

import io.snapshotexport.account.Account;
import io.snapshotexport.account.DatabasePattern;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;

/** A row of the table {@code account}. */
@Entity
@Table(name = "account")
class AccountEntity {

    @Id
    String name;
    String plan;
    String[] databases;
    @Column(name = "created_at")
    Instant createdAt;

    Account toAccount() {
        return new Account(name, plan, Arrays.stream(databases).map(DatabasePattern::parse).toList(), createdAt);
    }
}
