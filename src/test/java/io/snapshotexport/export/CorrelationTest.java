package io.snapshotexport.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorrelationTest {

    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void takesWhatIsWellFormed() {
        assertThat(Correlation.ofStranger("nightly-2099.12_31", TRACEPARENT)).isEqualTo(new Correlation("nightly-2099.12_31", TRACEPARENT));
        assertThat(new Correlation("a", TRACEPARENT).under(null)).isEqualTo(new Correlation("a", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "line\nexport complete exportId=1", "\"}", "\u00e9", "\u001b[2J", "x\u0000",
        "12345678901234567890123456789012345678901234567890123456789012345"})
    void passesOverARequestIdThatCouldLookLikeSomethingElse(String sent) {
        assertThat(Correlation.ofStranger(sent, TRACEPARENT)).isEqualTo(new Correlation(null, TRACEPARENT));
        assertThatThrownBy(() -> new Correlation(sent, null)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\n", "${jndi:ldap://example.com/a}"})
    void passesOverATraceparentThatIsNone(String sent) {
        assertThat(Correlation.ofStranger("a", sent)).isEqualTo(new Correlation("a", null));
        assertThatThrownBy(() -> new Correlation("a", sent)).isInstanceOf(IllegalArgumentException.class);
    }
}
