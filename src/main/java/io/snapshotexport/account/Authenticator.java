package io.snapshotexport.account;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Recognises account keys. What the store has said of a key counts for half a second, so that a busy client does not cost a query a
 * request, and yet a key that is revoked has ended within a second everywhere. Expiry and secret are judged each time. Thread-safe.
 */
@ApplicationScoped
public class Authenticator {

    private static final String BEARER = "Bearer ";
    private static final int MOST_RECENT = 10_000;
    private static final long RECENT_NANOS = Duration.ofMillis(500).toNanos();

    private final AccountKeys keys;
    private final KeyHash hash;
    private final FailedAttempts failedAttempts;
    /** What an unknown key is compared to, so that it takes as long as a known one. */
    private final byte[] nobody;
    private final Map<String, Recent> recent = new LeastRecent<>(MOST_RECENT);

    private record Recent(AccountKeys.Owned owned, long askedAt) {
    }

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
        return secret.map(sent -> find(sent.keyId()).map(found -> judge(found, sent)))
                .orElseGet(() -> Uni.createFrom().item(new Authentication.Unknown()))
                .invoke(outcome -> {
                    if (outcome instanceof Authentication.Unknown) {
                        failedAttempts.failed(address);
                    }
                });
    }

    private Uni<Optional<AccountKeys.Owned>> find(String keyId) {
        long now = System.nanoTime();
        synchronized (recent) {
            Recent known = recent.get(keyId);
            if (known != null && now - known.askedAt() < RECENT_NANOS) {
                return Uni.createFrom().item(Optional.of(known.owned()));
            }
        }
        return keys.find(keyId).invoke(found -> {
            synchronized (recent) {
                found.ifPresentOrElse(owned -> recent.put(keyId, new Recent(owned, now)), () -> recent.remove(keyId));
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
