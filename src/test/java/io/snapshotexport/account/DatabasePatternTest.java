package io.snapshotexport.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.InvalidValueException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasePatternTest {

    @ParameterizedTest
    @CsvSource({
        "us-std/acme,        us-std/acme",
        "us-std/acme/shop,   us-std/acme/shop",
        "us-std/acme/**,     us-std/acme/shop",
        "us-std/acme/**,     us-std/acme/shop/deep",
        "us-std/acme/**,     us-std/acme/**",
        "us-std/**,          us-std/acme",
        "us-std/**,          us-std/acme/shop",
        "**,                 us-std/acme",
        "**,                 eu-std/acme/shop/deep"})
    void matches(String pattern, String database) {
        assertThat(DatabasePattern.parse(pattern).matches(DatabasePath.parse(database))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // neither parent nor child, nor what merely begins or ends alike
        "us-std/acme,        us-std/acme/shop",
        "us-std/acme,        us-std/acme2",
        "us-std/acme,        us-std/acm",
        "us-std/acme,        us-std/other/acme",
        "us-std/acme/**,     us-std/acme",
        "us-std/acme/**,     us-std/acme2/shop",
        "us-std/acme/**,     us-std/other/shop",
        "us-std/acme/**,     us-std/other/acme/shop",
        "us-std/acme/shop,   us-std/acme",
        // another region group
        "us-std/acme,        eu-std/acme",
        "us-std/**,          us-std2/acme",
        "us-std/**,          us/acme",
        // other letters
        "us-std/acme,        us-std/Acme",
        "us-std/acme,        US-STD/acme",
        "us-std/acme,        'us-std/acme '",
        "us-std/acme,        us-std/аcme",
        "us-std/acme/**,     us-std/acme /shop",
        // segments that a file system would understand
        "us-std/acme/**,     us-std/other/../acme/shop",
        "us-std/acme/**,     us-std/./acme/shop",
        // what regular expressions would understand
        "us-std/a.me,        us-std/acme",
        "us-std/acme?,       us-std/acm",
        "us-std/[a]cme,      us-std/acme"})
    void doesNotMatch(String pattern, String database) {
        assertThat(DatabasePattern.parse(pattern).matches(DatabasePath.parse(database))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "*", "***", "/", "/**", "//**", "us-std", "us-std/", "us-std/*", "us-std//**", "us-std/acme/", "us-std/acme/*",
        "us-std/ac*e", "us-std/**/shop", "**/shop", "**/**", "us-std/acme/**/**", "us-std/acme/***", "us-std/acme**", "us-std/a\nb", "us-std/a\u0000/**"})
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> DatabasePattern.parse(pattern)).isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("us-std/my_db/**").hasMessageContaining(InvalidValueException.shown(pattern));
    }
}
