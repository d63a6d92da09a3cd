package io.snapshotexport.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * Makes guessing keys expensive for whoever does it and for nobody else: an address that failed too often is refused before the
 * store is asked, except with a key that has been good in this process. So clients that share an address (a proxy, a NAT) with
 * a guesser go on. Thread-safe.
 */
@ApplicationScoped
class FailedAttempts {

    private static final int MOST_GOOD_KEYS = 10_000;
    /** A household's or host's IPv6 addresses share this many bytes; each alone would be a bucket for the asking. */
    private static final int IPV6_NETWORK_BYTES = 8;

    private final RateLimit failures;
    private final Map<String, Boolean> goodKeys = new LeastRecent<>(MOST_GOOD_KEYS);

    @Inject
    FailedAttempts(AccountConfig config) {
        this.failures = new RateLimit(config.failedAuthenticationsPerMinute(), Duration.ofMinutes(1),
                config.failedAuthenticationsPerMinute());
    }

    /** How long an attempt from the address must wait; zero if it may be made. */
    Duration delay(String address, String keyId) {
        synchronized (goodKeys) {
            if (goodKeys.get(keyId) != null) {
                return Duration.ZERO;
            }
        }
        return failures.untilToken(network(address));
    }

    void succeeded(String keyId) {
        synchronized (goodKeys) {
            goodKeys.put(keyId, true);
        }
    }

    void failed(String address) {
        failures.take(network(address));
    }

    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            // With a colon it is a literal, so nothing is looked up.
            InetAddress parsed = InetAddress.getByName(address);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), IPV6_NETWORK_BYTES))
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
