package io.snapshotexport.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccountKeySecretTest {

    @Test
    void isReadBackFromItsText() {
        AccountKeySecret secret = AccountKeySecret.generate();

        assertThat(AccountKeySecret.parse(secret.reveal())).map(AccountKeySecret::keyId).contains(secret.keyId());
    }

    @Test
    void everyTypingErrorIsNoticed() {
        String text = AccountKeySecret.generate().reveal();
        for (int i = 0; i < text.length(); i++) {
            char wrong = text.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(AccountKeySecret.parse(text.substring(0, i) + wrong + text.substring(i + 1))).as("position %d", i).isEmpty();
        }
        assertThat(AccountKeySecret.parse(text + "0")).isEmpty();
        assertThat(AccountKeySecret.parse("undefined")).isEmpty();
    }

    @Test
    void itsTextInALogTellsNoSecret() {
        AccountKeySecret secret = AccountKeySecret.generate();

        assertThat(secret.toString()).contains(secret.keyId()).hasSizeLessThan(24);
        assertThat(secret.reveal()).doesNotStartWith(secret.toString());
    }

    @Test
    void noTwoAreAlike() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(AccountKeySecret.generate().keyId())).isTrue();
        }
    }

    @Test
    void theHashDependsOnThePepper() {
        AccountKeySecret secret = AccountKeySecret.generate();

        assertThat(new KeyHash("a").of(secret)).hasSize(32).isEqualTo(new KeyHash("a").of(secret)).isNotEqualTo(new KeyHash("b").of(secret));
    }
}
