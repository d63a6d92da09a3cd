package io.snapshotexport.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The way to an S3 server, on loopback, on which connections are reset (RST, not closed in order) in the middle of some requests. */
final class ResettingS3 implements AutoCloseable {

    /** Of a body, before the reset. */
    private static final int SOME = 64 * 1024;

    private final ServerSocket listener;
    private final URI target;
    private final Predicate<String> resets;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger count = new AtomicInteger();

    /** @param resets by a request's first line */
    ResettingS3(URI target, Predicate<String> resets) {
        this.target = target;
        this.resets = resets;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException cannotListen) {
            throw new UncheckedIOException(cannotListen);
        }
        threads.execute(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** How many there were. */
    int resets() {
        return count.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client; Socket server = new Socket(InetAddress.getLoopbackAddress(), target.getPort())) {
            threads.execute(() -> pass(server, client));
            InputStream in = client.getInputStream();
            for (String head = head(in); head != null; head = head(in)) {
                if (resets.test(head.lines().findFirst().orElse(""))) {
                    count.incrementAndGet();
                    if (head.toLowerCase(Locale.ROOT).contains("expect: 100-continue")) {
                        client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                    in.readNBytes((int) Math.min(SOME, length(head)));
                    client.setSoLinger(true, 0);
                    return;
                }
                server.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                passBody(in, server.getOutputStream(), length(head));
            }
        } catch (IOException gone) {
            // Of either side: both go down together.
        }
    }

    private static void pass(Socket server, Socket client) {
        try {
            server.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException gone) {
            // As above.
        }
    }

    private static void passBody(InputStream in, OutputStream out, long length) throws IOException {
        for (long left = length; left > 0; ) {
            byte[] some = in.readNBytes((int) Math.min(SOME, left));
            if (some.length == 0) {
                throw new IOException("the client breaks off");
            }
            out.write(some);
            left -= some.length;
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.write(next);
            ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
            if (ends == 2) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }

    private static long length(String head) {
        return head.lines().map(line -> line.toLowerCase(Locale.ROOT)).filter(line -> line.startsWith("content-length:"))
                .mapToLong(line -> Long.parseLong(line.substring("content-length:".length()).trim())).findFirst().orElse(0);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
