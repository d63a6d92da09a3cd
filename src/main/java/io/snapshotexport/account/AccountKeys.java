package io.snapshotexport.account;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Where account keys are kept. */
public interface AccountKeys {

    /** The key with that id, whether still valid or not. */
    Uni<Optional<AccountKey>> find(String keyId);
}
