package io.snapshotexport.account;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/** Recognises account keys. Thread-safe. */
@ApplicationScoped
public class Authenticator {

    private static final String BEARER = "Bearer ";

    private final AccountKeys keys;
    private final KeyHash hash;

    @Inject
    public Authenticator(AccountKeys keys, KeyHash hash) {
        this.keys = keys;
        this.hash = hash;
    }

    /**
     * Who sent the header (RFC 6750), or nothing: a missing, malformed, unknown, expired or revoked key are all the same to
     * whoever tries them.
     *
     * @param authorization the value of the {@code Authorization} header, or null
     */
    public Uni<Optional<Caller>> authenticate(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Uni.createFrom().item(Optional.empty());
        }
        return AccountKeySecret.parse(authorization.substring(BEARER.length()).strip())
                .map(secret -> keys.find(secret.keyId()).map(key -> key.filter(found -> matches(found, secret)).map(Authenticator::caller)))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private boolean matches(AccountKey key, AccountKeySecret secret) {
        // MessageDigest.isEqual takes the same time wherever the first difference is.
        return MessageDigest.isEqual(key.hash(), hash.of(secret)) && key.isValidAt(Instant.now());
    }

    private static Caller caller(AccountKey key) {
        return new Caller(key.account(), key.id(), key.role());
    }
}
