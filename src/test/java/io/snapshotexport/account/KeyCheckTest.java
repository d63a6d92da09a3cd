package io.snapshotexport.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * How long a refusal takes tells nothing of the secret. Clocks would make a test of that as good as the machine is quiet; so it looks at
 * what is done instead.
 */
class KeyCheckTest {

    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.snapshotexport");

    private final Map<String, AccountKeys.Owned> stored = new HashMap<>();
    private final List<String> lookups = new ArrayList<>();
    private int hashes;

    private final KeyHash hash = new KeyHash("pepper") {
        @Override
        public byte[] of(AccountKeySecret secret) {
            hashes++;
            return super.of(secret);
        }
    };
    private final Authenticator authenticator = new Authenticator(new AccountKeys() {
        @Override
        public Uni<Optional<Owned>> find(String keyId) {
            lookups.add(keyId);
            return Uni.createFrom().item(Optional.ofNullable(stored.get(keyId)));
        }

        @Override
        public void used(String keyId, Instant now) {
            // Of no account here.
        }
    }, hash, new FailedAttempts(FailedAttemptsTest.config(100)));

    private AccountKeySecret store(Instant expiresAt, Instant revokedAt) {
        AccountKeySecret secret = AccountKeySecret.generate();
        AccountKey key = new KeyIssue(hash).issue(secret, "acme", "n", Role.OWNER, OptionalLong.empty()).key();
        stored.put(secret.keyId(), new AccountKeys.Owned(
                new AccountKey(key.id(), key.account(), key.name(), key.role(), key.hash(), key.createdAt(), expiresAt, null, revokedAt),
                new Account("acme", "enterprise", List.of(DatabasePattern.parse("**")), Instant.now())));
        return secret;
    }

    /** Another secret with that id, well-formed like any. */
    private static AccountKeySecret forged(AccountKeySecret secret) {
        String other = AccountKeySecret.generate().reveal();
        return AccountKeySecret.parse(withChecksum("sxk_" + secret.keyId() + other.substring(16, other.length() - 6))).orElseThrow();
    }

    private static String withChecksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        char[] digits = new char[6];
        long rest = crc.getValue();
        for (int i = 5; i >= 0; i--) {
            digits[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".charAt((int) (rest % 62));
            rest /= 62;
        }
        return body + new String(digits);
    }

    @Test
    void everyRefusalTakesOneLookupAndOneHashAndLooksTheSame() {
        Instant now = Instant.now();
        AccountKeySecret good = store(null, null);
        List<AccountKeySecret> wrong = List.of(AccountKeySecret.generate(), forged(good), store(now.minusSeconds(1), null), store(null, now));
        for (AccountKeySecret secret : wrong) {
            lookups.clear();
            hashes = 0;

            Authentication outcome = authenticator.authenticate("Bearer " + secret.reveal(), "10.0.0.1").await().indefinitely();

            assertThat(outcome).isEqualTo(new Authentication.Unknown());
            assertThat(lookups).containsExactly(secret.keyId());
            assertThat(hashes).isEqualTo(1);
        }
        assertThat(authenticator.authenticate("Bearer " + good.reveal(), "10.0.0.1").await().indefinitely())
                .isInstanceOf(Authentication.Known.class);
    }

    @Test
    void hashesAreComparedInConstantTimeAndInOnePlace() {
        assertThat(calls(MessageDigest.class, "isEqual")).containsExactly(Authenticator.class.getSimpleName());
        assertThat(calls(Arrays.class, "equals")).isEmpty();
        assertThat(calls(Arrays.class, "compare")).isEmpty();
        assertThat(CLASSES.stream().flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getName().equals("hash") && call.getTargetOwner().isEquivalentTo(AccountKey.class))
                .map(call -> call.getOriginOwner().getSimpleName()))
                .as("who reads the hash of a key: the comparison, and the store that keeps it").containsOnly("Authenticator", "AccountKeyEntity");
    }

    private static List<String> calls(Class<?> owner, String name) {
        return CLASSES.stream().filter(type -> type.getPackageName().equals("io.snapshotexport.account"))
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getName().equals(name) && call.getTargetOwner().isEquivalentTo(owner))
                .map(JavaMethodCall::getOriginOwner).map(type -> type.getSimpleName()).toList();
    }
}
