package io.snapshotexport.account;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Recognises account keys. Asks the store every time, so that a key ends the moment it is revoked or expires. Thread-safe. */
@ApplicationScoped
public class Authenticator {

    private static final String BEARER = "Bearer ";

    private final AccountKeys keys;
    private final KeyHash hash;
    private final FailedAttempts failedAttempts;
    /** What an unknown key is compared to, so that it takes as long as a known one. */
    private final byte[] nobody;

    @Inject
    Authenticator(AccountKeys keys, KeyHash hash, FailedAttempts failedAttempts) {
        this.keys = keys;
        this.hash = hash;
        this.failedAttempts = failedAttempts;
        this.nobody = hash.of(AccountKeySecret.generate());
    }

    /**
     * Who sent the header (RFC 6750).
     *
     * @param authorization the value of the {@code Authorization} header, or null
     * @param address       where the request came from
     */
    public Uni<Authentication> authenticate(String authorization, String address) {
        Optional<AccountKeySecret> secret = bearer(authorization).flatMap(AccountKeySecret::parse);
        Duration wait = failedAttempts.delay(address, secret.map(AccountKeySecret::keyId).orElse(""));
        if (!wait.isZero()) {
            return Uni.createFrom().item(new Authentication.TooManyFailures(wait));
        }
        return secret.map(sent -> keys.find(sent.keyId()).map(found -> judge(found, sent)))
                .orElseGet(() -> Uni.createFrom().item(new Authentication.Unknown()))
                .invoke(outcome -> {
                    if (outcome instanceof Authentication.Unknown) {
                        failedAttempts.failed(address);
                    }
                });
    }

    private static Optional<String> bearer(String authorization) {
        return authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.empty()
                : Optional.of(authorization.substring(BEARER.length()).strip());
    }

    private Authentication judge(Optional<AccountKeys.Owned> found, AccountKeySecret secret) {
        // MessageDigest.isEqual takes the same time wherever the first difference is.
        boolean same = MessageDigest.isEqual(found.map(owned -> owned.key().hash()).orElse(nobody), hash.of(secret));
        Instant now = Instant.now();
        if (!same || found.isEmpty() || !found.get().key().isValidAt(now)) {
            return new Authentication.Unknown();
        }
        AccountKey key = found.get().key();
        failedAttempts.succeeded(key.id());
        if (key.lastUsedAt() == null || key.lastUsedAt().plus(AccountKeys.LAST_USED_STEP).isBefore(now)) {
            keys.used(key.id(), now);
        }
        return new Authentication.Known(new Caller(found.get().account(), key.id(), key.role()));
    }
}
