package io.snapshotexport.ops.production;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hosts in addresses of servers, without the rest, which may be secret. Nothing is looked up. */
final class Hosts {

    private static final Pattern AUTHORITY = Pattern.compile("^[A-Za-z0-9:]*//([^/?#]*)");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|::1|0:0:0:0:0:0:0:1");

    private Hosts() {
    }

    /** @param url perhaps with several hosts, as PostgreSQL's drivers take them, or one that is not written out */
    static List<String> ofUrl(String url) {
        Matcher authority = AUTHORITY.matcher(url);
        return authority.find() ? ofList(authority.group(1).substring(authority.group(1).lastIndexOf('@') + 1)) : List.of();
    }

    /** @param addresses {@code host:port}, separated by commas */
    static List<String> ofList(String addresses) {
        return Arrays.stream(addresses.split(",")).map(Hosts::host).filter(host -> !host.isEmpty()).toList();
    }

    private static String host(String address) {
        String trimmed = address.strip();
        String withoutProtocol = trimmed.substring(trimmed.indexOf("://") < 0 ? 0 : trimmed.indexOf("://") + 3);
        if (withoutProtocol.startsWith("[")) {
            return withoutProtocol.substring(1, Math.max(1, withoutProtocol.indexOf(']')));
        }
        return withoutProtocol.replaceFirst(":[0-9]*$", "");
    }

    static List<String> remote(List<String> hosts) {
        return hosts.stream().filter(host -> !isLoopback(host)).toList();
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }
}
