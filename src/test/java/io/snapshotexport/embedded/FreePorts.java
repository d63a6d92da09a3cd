package io.snapshotexport.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that keep theirs when they are started again: not of those that the system gives to clients. A client that knocks at such a
 * port while its server is away is now and then given the very same port for itself, and then has itself on the line; or any client gets it, and
 * the server cannot come back. Thread-safe.
 */
public final class FreePorts {

    private static final Path GIVEN_TO_CLIENTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    /** Where the system does not tell, as most have it. */
    private static final int USUAL_FIRST = 32_768;
    private static final int LOWEST = 10_240;
    private static final int TRIES = 200;

    private FreePorts() {
    }

    /** A port on loopback at which nothing listens now. */
    public static int next() throws IOException {
        int first = firstGivenToClients();
        for (int i = 0; i < TRIES && first > LOWEST; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, first);
            if (isFree(port)) {
                return port;
            }
        }
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /** Whether a server could listen there now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static int firstGivenToClients() throws IOException {
        return Files.isReadable(GIVEN_TO_CLIENTS) ? Integer.parseInt(Files.readAllLines(GIVEN_TO_CLIENTS).get(0).trim().split("\\s+")[0]) : USUAL_FIRST;
    }
}
