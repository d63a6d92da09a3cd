package io.snapshotexport.source.postgres;

/** Addresses of networks and devices as the server writes them (PostgreSQL's source, {@code inet_net_ntop.c} and {@code mac.c}). Not thread-safe. */
final class NetworkForms {

    private static final int IPV4 = 2;
    private static final int INET_HEADER = 4;

    private final AsciiText out;

    NetworkForms(AsciiText out) {
        this.out = out;
    }

    /** Family, bits of the network, whether it is a cidr, length, address. */
    void inet(byte[] row, int at, boolean withNetwork) {
        boolean ipv4 = row[at] == IPV4;
        int bits = row[at + 1] & 0xff;
        if (ipv4) {
            ipv4(row, at + INET_HEADER);
        } else {
            ipv6(row, at + INET_HEADER);
        }
        if (withNetwork || bits != (ipv4 ? 32 : 128)) {
            out.append('/');
            out.integer(bits);
        }
    }

    private void ipv4(byte[] row, int at) {
        for (int i = 0; i < 4; i++) {
            if (i > 0) {
                out.append('.');
            }
            out.integer(row[at + i] & 0xff);
        }
    }

    /** The longest run of zeros is left out (RFC 5952); addresses that begin with six of them, as the server sees it, end like IPv4's. */
    private void ipv6(byte[] row, int at) {
        int zeros = -1;
        int zerosEnd = -1;
        int from = 0;
        for (int word = 0; word <= 8; word++) {
            if (word == 8 || BigEndian.int16(row, at + 2 * word) != 0) {
                if (word - from >= 2 && word - from > zerosEnd - zeros) {
                    zeros = from;
                    zerosEnd = word;
                }
                from = word + 1;
            }
        }
        for (int word = 0; word < 8; word++) {
            if (word >= zeros && word < zerosEnd) {
                if (word == zeros) {
                    out.append(':');
                }
                continue;
            }
            if (word > 0) {
                out.append(':');
            }
            if (word == 6 && zeros == 0 && endsLikeIpv4(row, at, zerosEnd)) {
                ipv4(row, at + 12);
                return;
            }
            out.shortHex(BigEndian.int16(row, at + 2 * word) & 0xffff);
        }
        if (zerosEnd == 8) {
            out.append(':');
        }
    }

    /** @param zeros the zeros that the address begins with, in words */
    private static boolean endsLikeIpv4(byte[] row, int at, int zeros) {
        return zeros == 6 || zeros == 5 && BigEndian.int16(row, at + 10) == -1;
    }

    /** Of six or eight bytes. */
    void macaddr(byte[] row, int at, int size) {
        for (int i = at; i < at + size; i++) {
            if (i > at) {
                out.append(':');
            }
            out.hex(row[i]);
        }
    }
}
