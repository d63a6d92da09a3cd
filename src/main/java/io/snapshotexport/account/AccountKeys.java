package io.snapshotexport.account;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where account keys are kept. */
public interface AccountKeys {

    /** How coarse {@link AccountKey#lastUsedAt()} is. */
    Duration LAST_USED_STEP = Duration.ofHours(1);

    /** A key together with the account that it belongs to. */
    record Owned(AccountKey key, Account account) {
    }

    /** The key with that id, whether still valid or not. Never from a cache of its own: a key that was revoked a moment ago is so here. */
    Uni<Optional<Owned>> find(String keyId);

    /** Notes that the key was used, in the background; a note that cannot be written is left to the next use. Returns at once. */
    void used(String keyId, Instant now);
}
