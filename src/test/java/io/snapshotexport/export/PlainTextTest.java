package io.snapshotexport.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be repeated of what others have said. */
class PlainTextTest {

    private static final String SECRET = "Zq7f-S3cr3t";

    @Test
    void nothingBeginsALineMovesACursorOrTurnsTheWriting() {
        String hostile = "a\n2026-01-01 ERROR [x] forged\r\u0085b\u2028c\u2029\u001b[2J\u009b31m\b\u202egpj\ufeff\ud800\t"
                + new String(Character.toChars(0xE0041));

        assertThat(PlainText.of(hostile)).isEqualTo("a\\n2026-01-01 ERROR [x] forged\\r\\u0085b\\u2028c\\u2029\\u001b[2J\\u009b31m\\u0008"
                + "\\u202egpj\\ufeff\\ud800\\t\\udb40\\udc41");
    }

    @Test
    void ordinaryTextIsItself() {
        String text = "Collection `Bücher 😀 \"x\"` of `us-std/shop` cannot be read:"
                + " password authentication failed for user \"exporter\" (SQLSTATE 28P01).";

        assertThat(PlainText.of(text)).isSameAs(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "jdbc:postgresql://db:5432/shop?user=exporter&password=" + SECRET + "&sslmode=require",
        "postgresql://exporter:" + SECRET + "@db:5432/shop",
        "https://bucket.s3.amazonaws.com/k?X-Amz-Credential=AKIA%2F" + SECRET + "&X-Amz-Signature=" + SECRET,
        "ScramLoginModule required username=\"u\" password=\"" + SECRET + " \";",
        "{\"password\": \"" + SECRET + "\"}", "sasl.password: '" + SECRET + "'", "secret-access-key=" + SECRET,
        "Authorization: Bearer " + SECRET, "\"authorization\":\"AWS4-HMAC-SHA256 Credential=AKIA, Signature=" + SECRET + "\"",
        "the key sxk_0123456789AB_0aB90aB90aB90aB90aB90aB90aB9Zq7fXY is wrong"})
    void secretsAreHiddenWhereTheirFormTells(String text) {
        assertThat(PlainText.of(text)).doesNotContain(SECRET).doesNotContain("0aB9").doesNotContain("Zq7f");
    }

    @ParameterizedTest
    @CsvSource({"password=x&a=b, password=***&a=b", "//u:p@h/x, //u:p@h/x", "s://u:p@h/x, s://u:***@h/x",
        "sxk_0123456789AB, sxk_0123456789AB", "sxk_0123456789AB_secret, sxk_0123456789AB..."})
    void theRestStaysAndDoingItTwiceChangesNothing(String text, String expected) {
        assertThat(PlainText.of(text)).isEqualTo(expected);
        assertThat(PlainText.of(expected)).isEqualTo(expected);
    }

    @Test
    void noTextTakesLong() {
        for (String piece : new String[] {"password=\"", "://a:", "authorization: a ", "sxk_", "password:", "'\"=: "}) {
            String text = piece.repeat(200_000 / piece.length());

            assertThat(Duration.ofNanos(timed(text))).as(piece).isLessThan(Duration.ofSeconds(5));
        }
    }

    private static long timed(String text) {
        long begin = System.nanoTime();
        PlainText.of(text);
        return System.nanoTime() - begin;
    }

    @Test
    void failuresAndTheirCausesArePlain() {
        String said = "FATAL\nno\u001b[31m pg_hba entry, password=" + SECRET;

        assertThat(new Failure(Failure.Code.VALIDATION_ERROR, said).message()).isEqualTo("FATAL\\nno\\u001b[31m pg_hba entry, password=***");
        assertThat(new Trail(PossibleFiles.NONE, List.of(), false, said).lastCause()).isEqualTo("FATAL\\nno\\u001b[31m pg_hba entry, password=***");
    }
}
