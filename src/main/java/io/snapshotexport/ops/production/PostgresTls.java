package io.snapshotexport.ops.production;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the address of a PostgreSQL server says of TLS. Drivers that are told nothing are content without. */
final class PostgresTls {

    private static final Pattern MODE = Pattern.compile("[?&]sslmode=([^&]*)");
    private static final Pattern DEMANDED_MODE = Pattern.compile("require|verify-ca|verify-full");
    private static final Pattern DEMANDED = Pattern.compile("[?&](sslmode=(" + DEMANDED_MODE + ")|ssl=true)(&|$)");

    private PostgresTls() {
    }

    /** A sentence about a server on another host that is spoken to without TLS. */
    static Optional<String> finding(String setting, String url) {
        Matcher mode = MODE.matcher(url);
        boolean disabled = mode.find() && !DEMANDED_MODE.matcher(mode.group(1)).matches();
        if (Hosts.remote(Hosts.ofUrl(url)).isEmpty() || !disabled && DEMANDED.matcher(url).find()) {
            return Optional.empty();
        }
        mode.reset();
        return Optional.of(setting + " leads to " + String.join(", ", Hosts.ofUrl(url))
                + (mode.find() ? " with sslmode=" + mode.group(1) : " without an sslmode")
                + ", so that data and passwords may cross the network in clear; add sslmode=verify-full to it.");
    }
}
