package io.snapshotexport.account;

import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** Makes keys; keeping them is the store's affair. Thread-safe. */
@ApplicationScoped
public class KeyIssue {

    /** Ten years: longer is forever, for which there is no time to live at all. */
    public static final int MAX_TTL_DAYS = 3650;
    private static final int MAX_NAME_LENGTH = 64;

    private final KeyHash hash;

    @Inject
    public KeyIssue(KeyHash hash) {
        this.hash = hash;
    }

    /**
     * A new key.
     *
     * @param ttlDays after how many days it ends by itself
     * @throws InvalidValueException naming {@code name} or {@code ttl_days}
     */
    public IssuedKey issue(String account, String name, Role role, OptionalLong ttlDays) {
        return issue(AccountKeySecret.generate(), account, name, role, ttlDays);
    }

    /** As above, with a secret that was made before. */
    public IssuedKey issue(AccountKeySecret secret, String account, String name, Role role, OptionalLong ttlDays) {
        Names.check("name", name, name, "the key's name", MAX_NAME_LENGTH, "use a name such as `backup job`.");
        ttlDays.ifPresent(days -> {
            if (days < 1 || days > MAX_TTL_DAYS) {
                throw new InvalidValueException("ttl_days", "`ttl_days` is `" + days + "`; use a whole number from 1 to " + MAX_TTL_DAYS
                        + ", or leave it out for a key that does not end by itself.");
            }
        });
        // As precise as the store, so that the key reads the same before and after.
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Instant expiresAt = ttlDays.isPresent() ? now.plus(Duration.ofDays(ttlDays.getAsLong())) : null;
        return new IssuedKey(new AccountKey(secret.keyId(), account, name, role, hash.of(secret), now, expiresAt, null, null), secret);
    }
}
