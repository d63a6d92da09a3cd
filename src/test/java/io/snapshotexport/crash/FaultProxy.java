package io.snapshotexport.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The way from one process to one server, on loopback, and everything that can go wrong on it: no connection, cut connections, silence,
 * slowness, errors in the server's name, and {@link Trap}s. Two threads a connection, at most {@value #MOST_CONNECTIONS} connections.
 * Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int MOST_CONNECTIONS = 400;
    private static final int BUFFER = 128 * 1024;
    private static final int CONNECT_MILLIS = 5_000;

    /**
     * An answer in the server's name, to the requests that it is for; the server never hears of them.
     *
     * @param last whether the connection ends with it
     */
    record Fault(Predicate<Message> requests, Function<Message, byte[]> answer, boolean last) {

        /** An error of S3's. */
        static Fault s3(Predicate<Message> requests, int status, String code) {
            String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + code
                    + "</Message><RequestId>0</RequestId></Error>";
            byte[] answer = ("HTTP/1.1 " + status + " " + code + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length()
                    + "\r\nConnection: close\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
            return new Fault(requests, request -> answer, true);
        }
    }

    private final String from;
    private final Protocol protocol;
    private final ServerSocket listener;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final List<Trap> traps = new CopyOnWriteArrayList<>();
    private volatile int target;
    private volatile boolean refusing;
    private volatile long bytesPerSecond;
    private volatile Fault fault;
    private volatile int faultsAnswered;
    private boolean silent;

    /** @param from the process whose way it is */
    public FaultProxy(String from, Protocol protocol) {
        this.from = from;
        this.protocol = protocol;
        try {
            listener = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread accepting = new Thread(this::accept, "proxy-" + from);
        accepting.setDaemon(true);
        accepting.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing || target == 0 || connections.size() >= MOST_CONNECTIONS) {
                    client.close();
                } else {
                    new ProxiedConnection(this, client).start();
                }
            } catch (IOException closed) {
                // Of this socket or of a client that changed its mind: the loop's condition tells which.
                Thread.onSpinWait();
            }
        }
    }

    String from() {
        return from;
    }

    Protocol protocol() {
        return protocol;
    }

    /** With a small buffer, so that what a slow client has not read the server has not sent. */
    Socket connect() throws IOException {
        Socket server = new Socket();
        server.setReceiveBufferSize(BUFFER);
        server.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), target), CONNECT_MILLIS);
        return server;
    }

    void opened(ProxiedConnection connection) {
        connections.add(connection);
    }

    void closed(ProxiedConnection connection) {
        connections.remove(connection);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Where the server listens, on loopback; until this is said, nobody gets through. */
    public void leadTo(int serverPort) {
        target = serverPort;
    }

    void add(Trap trap) {
        traps.add(trap);
    }

    void remove(Trap trap) {
        traps.remove(trap);
    }

    /** The trap that takes this request, or null. */
    Trap trapFor(Message message) {
        return traps.stream().filter(trap -> trap.takes(message)).findFirst().orElse(null);
    }

    /** Ends all connections at once. */
    void cut() {
        connections.forEach(ProxiedConnection::close);
    }

    /** From now on nobody gets through, and whoever had is cut off. */
    void refuse() {
        refusing = true;
        cut();
    }

    /** From now on nothing passes, in either direction; connections stay open and can be opened. */
    synchronized void silence() {
        silent = true;
    }

    /** @param mostBytesPerSecond in each direction of each connection */
    public void slow(long mostBytesPerSecond) {
        bytesPerSecond = mostBytesPerSecond;
    }

    void answerWith(Fault answer) {
        fault = answer;
        faultsAnswered = 0;
    }

    /** The fault that answers this request, or null. */
    Fault faultFor(Message message) {
        Fault current = fault;
        if (current == null || !current.requests().test(message)) {
            return null;
        }
        faultsAnswered++;
        return current;
    }

    /** How many requests the present fault has answered. */
    int faultsAnswered() {
        return faultsAnswered;
    }

    /** Everything passes again. */
    synchronized void heal() {
        refusing = false;
        silent = false;
        bytesPerSecond = 0;
        fault = null;
        notifyAll();
    }

    /** Waits while nothing may pass, and as long as this many bytes take. */
    void pace(int bytes) throws InterruptedException {
        synchronized (this) {
            while (silent && !listener.isClosed()) {
                wait();
            }
        }
        long rate = bytesPerSecond;
        if (rate > 0) {
            Thread.sleep(bytes * 1000L / rate);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        traps.forEach(Trap::drop);
        cut();
        heal();
    }
}
