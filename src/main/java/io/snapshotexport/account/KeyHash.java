package io.snapshotexport.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The keyed hash (HMAC-SHA-256, RFC 2104) under which secrets are stored: useless to a thief of the store without the pepper. */
@ApplicationScoped
public class KeyHash {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec pepper;

    /** @param pepper configured beside the store, never in it; changing it makes every key invalid */
    @Inject
    public KeyHash(@ConfigProperty(name = "snapshot-export.account.key-pepper") String pepper) {
        this.pepper = new SecretKeySpec(pepper.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    public byte[] of(AccountKeySecret secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(pepper);
            return mac.doFinal(secret.reveal().getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
