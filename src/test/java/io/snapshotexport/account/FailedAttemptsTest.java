package io.snapshotexport.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {

    private static final int ALLOWED = 3;

    private final FailedAttempts attempts = new FailedAttempts(config(ALLOWED));

    static AccountConfig config(int failures) {
        return new AccountConfig() {
            @Override
            public String keyPepper() {
                return "pepper";
            }

            @Override
            public List<String> exportPlans() {
                return List.of("enterprise");
            }

            @Override
            public int requestsPerSecond() {
                return 1;
            }

            @Override
            public int requestBurst() {
                return 1;
            }

            @Override
            public int unfinishedExports() {
                return 1;
            }

            @Override
            public int failedAuthenticationsPerMinute() {
                return failures;
            }
        };
    }

    private void failOften(String address) {
        for (int i = 0; i < ALLOWED; i++) {
            assertThat(attempts.delay(address, "")).isZero();
            attempts.failed(address);
        }
    }

    @Test
    void anAddressThatFailedTooOftenWaits() {
        failOften("192.0.2.1");

        assertThat(attempts.delay("192.0.2.1", "")).isPositive();
        assertThat(attempts.delay("192.0.2.2", "")).isZero();
    }

    @Test
    void aKeyThatWasGoodGoesOnFromThatAddress() {
        attempts.succeeded("goodKey");
        failOften("192.0.2.1");

        assertThat(attempts.delay("192.0.2.1", "goodKey")).isZero();
        assertThat(attempts.delay("192.0.2.1", "badKey")).isPositive();
    }

    @Test
    void theAddressesOfOneIpv6NetworkAreOne() {
        failOften("2001:db8:1:2::1");

        assertThat(attempts.delay("2001:db8:1:2:ffff:1:2:3", "")).isPositive();
        assertThat(attempts.delay("2001:db8:1:3::1", "")).isZero();
    }

    @Test
    void mappedAddressesAreNotOneNetwork() {
        failOften("::ffff:192.0.2.1");

        assertThat(attempts.delay("192.0.2.1", "")).isPositive();
        assertThat(attempts.delay("::ffff:192.0.2.2", "")).isZero();
    }
}
