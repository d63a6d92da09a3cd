package io.snapshotexport.crash;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through a proxy: a thread for what the client sends, another for what the server answers. */
final class ProxiedConnection {

    private static final int CHUNK = 16 * 1024;

    private final FaultProxy proxy;
    private final Socket client;
    private volatile Socket server;
    private volatile Held held;
    /** Where a piece of answers is one answer. */
    private final AtomicInteger unanswered = new AtomicInteger();

    private record Held(Trap trap, Message request) {
    }

    ProxiedConnection(FaultProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    void start() {
        proxy.opened(this);
        Thread requests = new Thread(this::requests, "proxy-" + proxy.from() + "-requests");
        requests.setDaemon(true);
        requests.start();
    }

    private interface Pump {
        void run() throws IOException, InterruptedException;
    }

    private void run(Pump pump) {
        try {
            pump.run();
        } catch (IOException | InterruptedException ended) {
            // Both ends go down together, which tells them.
            Thread.currentThread().setName(Thread.currentThread().getName() + "-ended");
        } finally {
            close();
        }
    }

    private void requests() {
        run(() -> {
            proxy.pace(0);
            server = proxy.connect();
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread answers = new Thread(() -> run(this::passAnswers), "proxy-" + proxy.from() + "-answers");
            answers.setDaemon(true);
            answers.start();
            passRequests();
        });
    }

    private void passRequests() throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
        OutputStream out = server.getOutputStream();
        for (Message request = proxy.protocol().request(proxy.from(), in); request != null;
                request = proxy.protocol().request(proxy.from(), in)) {
            Trap trap = proxy.trapFor(request);
            if (trap != null && trap.isForTheAnswer()) {
                held = new Held(trap, request);
            } else if (trap != null && !trap.hold(request)) {
                return;
            }
            FaultProxy.Fault fault = proxy.faultFor(request);
            if (fault != null) {
                answerInTheServersName(fault, request, in);
                if (fault.last()) {
                    return;
                }
                continue;
            }
            unanswered.incrementAndGet();
            proxy.pace(request.bytes().length);
            out.write(request.bytes());
            passRest(in, out, request.rest());
            out.flush();
        }
    }

    private void passRest(InputStream in, OutputStream out, long length) throws IOException, InterruptedException {
        byte[] buffer = new byte[CHUNK];
        for (long left = length; left > 0; ) {
            if (left == length) {
                // The client may wait for a word of the server's before it sends the rest.
                out.flush();
            }
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new IOException("the client breaks off");
            }
            proxy.pace(count);
            out.write(buffer, 0, count);
            left -= count;
        }
    }

    private void passAnswers() throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
        OutputStream out = client.getOutputStream();
        for (byte[] chunk = proxy.protocol().chunk(in); chunk != null; chunk = proxy.protocol().chunk(in)) {
            Held now = held;
            if (now != null && proxy.protocol().answers(now.request(), chunk)) {
                held = null;
                if (!now.trap().hold(now.request())) {
                    return;
                }
            }
            proxy.pace(chunk.length);
            out.write(chunk);
            out.flush();
            unanswered.decrementAndGet();
        }
    }

    private void answerInTheServersName(FaultProxy.Fault fault, Message request, InputStream in) throws IOException, InterruptedException {
        // A client of Kafka's wants the answers in the order of its requests, and the server may still owe some.
        while (!fault.last() && unanswered.get() > 0 && !server.isClosed()) {
            Thread.sleep(1);
        }
        client.getOutputStream().write(fault.answer().apply(request));
        if (fault.last()) {
            // The client gets time to read it: a reset would take it away again.
            client.shutdownOutput();
            client.setSoTimeout(2_000);
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    void close() {
        close(client);
        close(server);
        proxy.closed(this);
    }

    private static void close(Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
