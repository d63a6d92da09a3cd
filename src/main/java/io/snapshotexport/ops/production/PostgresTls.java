package io.snapshotexport.ops.production;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the address of a PostgreSQL server says of TLS. Drivers that are told nothing are content without. */
final class PostgresTls {

    private static final Pattern MODE = Pattern.compile("[?&]sslmode=([^&]*)");
    private static final Pattern DEMANDED_MODE = Pattern.compile("require|verify-ca|verify-full");
    private static final Pattern SSL = Pattern.compile("[?&]ssl=true(&|$)");

    private PostgresTls() {
    }

    /** A sentence about a server on another host that is spoken to without TLS, if the driver that is used knows {@code sslmode} alone. */
    static Optional<String> finding(String setting, String url) {
        List<String> modes = MODE.matcher(url).results().map(mode -> mode.group(1)).toList();
        // Of several, one driver takes the first and another one the last.
        Optional<String> weak = modes.stream().filter(mode -> !DEMANDED_MODE.matcher(mode).matches()).findFirst();
        if (Hosts.remote(Hosts.ofUrl(url)).isEmpty() || weak.isEmpty() && !modes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(setting + " leads to " + String.join(", ", Hosts.ofUrl(url))
                + weak.map(mode -> " with sslmode=" + mode).orElse(" without an sslmode")
                + ", so that data and passwords may cross the network in clear; add sslmode=verify-full to it.");
    }

    /** The same for a URL of JDBC's driver, which demands TLS for {@code ssl=true} as well. */
    static Optional<String> findingOfJdbc(String setting, String url) {
        boolean demanded = SSL.matcher(url).find() && !MODE.matcher(url).find();
        return demanded ? Optional.empty() : finding(setting, url);
    }
}
