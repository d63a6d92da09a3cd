package io.snapshotexport.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A server on loopback that answers with bytes of its own, for what no HTTP server would send. Counts who comes and what it got rid of. */
final class HostileS3 implements AutoCloseable {

    /** Writes an answer, or as much of it as is taken. */
    @FunctionalInterface
    interface Answer {
        void writeTo(OutputStream output) throws IOException;
    }

    private static final int CHUNK = 64 * 1024;

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();

    HostileS3(Answer answer) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException cannotListen) {
            throw new IllegalStateException(cannotListen);
        }
        threads.execute(() -> accept(answer));
    }

    /** The head once, then the piece for ever. */
    static Answer endless(String head, String piece) {
        return output -> {
            output.write(head.getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = piece.repeat(CHUNK / piece.length()).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                output.write(chunk);
            }
        };
    }

    static Answer text(String head, String body) {
        return output -> output.write((head + "Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8));
    }

    private void accept(Answer answer) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket, answer));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, Answer answer) {
        try (socket) {
            if (readHead(socket.getInputStream())) {
                requests.incrementAndGet();
                answer.writeTo(new Counting(socket.getOutputStream()));
                socket.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // The client has had enough.
        }
    }

    private static boolean readHead(InputStream input) throws IOException {
        int ends = 0;
        for (int next = input.read(); next >= 0; next = input.read()) {
            ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
            if (ends == 2) {
                return true;
            }
        }
        return false;
    }

    private final class Counting extends OutputStream {

        private final OutputStream output;

        Counting(OutputStream output) {
            this.output = output;
        }

        @Override
        public void write(int b) throws IOException {
            output.write(b);
            written.incrementAndGet();
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            output.write(bytes, from, length);
            written.addAndGet(length);
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    int requests() {
        return requests.get();
    }

    /** Bytes that clients, or the system's buffers, have taken. */
    long written() {
        return written.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
