package io.snapshotexport.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogTest {

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\nb", "a\r\nb", "a=b", "a\"b", "a\\b", "a\u2028b", "a\u0085b", "a\u001b[2Jb", "a\tb", "\ud83d\ude00", "ä", "a%n"})
    void noValueCanLookLikeAnotherKeyOrLine(String value) {
        assertThat(AuditLog.plain(value)).matches("[A-Za-z0-9._:/*,\\\\-]+").contains("\\u");
    }

    @Test
    void whatIsNotThereIsADash() {
        assertThat(AuditLog.plain(null)).isEqualTo("-");
        assertThat(AuditLog.plain("")).isEqualTo("-");
    }

    @ParameterizedTest
    @CsvSource({"POST:/v2/exports, POST:/v2/exports", "us-std/a/**, us-std/a/**", "2001:db8::1, 2001:db8::1"})
    void ordinaryValuesStayReadable(String value, String shown) {
        assertThat(AuditLog.plain(value)).isEqualTo(shown);
    }

    @Test
    void noSecretIsEverInIt() {
        AccountKeySecret secret = AccountKeySecret.generate();

        String shown = AuditLog.plain("GET:/v2/exports/" + secret.reveal() + "/x");

        assertThat(shown).contains(secret.keyId()).doesNotContain(secret.reveal().substring(17, 24)).endsWith("/x");
    }

    @Test
    void endlessValuesAreCut() {
        assertThat(AuditLog.plain("x".repeat(100_000))).hasSizeLessThan(300);
    }
}
