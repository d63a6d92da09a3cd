package io.snapshotexport.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@link S3ProxyServer} as a process of its own that can be killed, paused and started again, with its objects and its port. Not for use
 * by several threads.
 */
public final class S3ProxyProcess implements AutoCloseable {

    private static final Duration STARTUP = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Path directory;
    private final Path log;
    private final String bucket;
    private final List<String> jvmOptions;
    private final int port;
    private ChildProcess process;

    private S3ProxyProcess(Path directory, Path log, String bucket, List<String> jvmOptions, int port) {
        this.directory = directory;
        this.log = log;
        this.bucket = bucket;
        this.jvmOptions = jvmOptions;
        this.port = port;
    }

    /**
     * Starts it and returns when it listens.
     *
     * @param directory  for the objects, {@code <directory>/<bucket>/<key>}
     * @param log        what the process says
     * @param bucket     exists from the beginning
     * @param jvmOptions such as the size of its heap
     */
    public static S3ProxyProcess start(Path directory, Path log, String bucket, String... jvmOptions) {
        try {
            Files.createDirectories(log.getParent());
            S3ProxyProcess server = new S3ProxyProcess(directory.toAbsolutePath(), log, bucket, List.of(jvmOptions), FreePorts.next());
            server.startAgain();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it after it was killed; returns when it listens and the bucket is there. */
    public void startAgain() {
        // Without the last two options Jetty words several messages for each read from a connection, into a queue that nobody reads.
        List<String> command = Stream.of(List.of(ChildProcess.java()), jvmOptions, List.of(
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-Dlogging.initial-configurator.min-level=INFO",
                "-cp", TestClassPath.withoutQuarkus(), S3ProxyMain.class.getName(), directory.toString(), Integer.toString(port), bucket))
                .flatMap(List::stream).toList();
        process = ChildProcess.start("the S3 server", command, Map.of(), log);
        long deadline = System.nanoTime() + STARTUP.toNanos();
        while (!listens()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                process.kill();
                throw new IllegalStateException("the S3 server does not start; the end of " + log + ":\n" + process.logTail());
            }
            process.awaitEnd(POLL);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return Files.isDirectory(directory.resolve(bucket));
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public String accessKey() {
        return S3ProxyServer.ACCESS_KEY;
    }

    public String secretKey() {
        return S3ProxyServer.SECRET_KEY;
    }

    public long pid() {
        return process.pid();
    }

    /** SIGKILL, like a crash. */
    public void kill() {
        process.kill();
    }

    /** SIGSTOP: connections stay open, nothing is answered. */
    public void pause() {
        process.pause();
    }

    public void resume() {
        process.resume();
    }

    @Override
    public void close() {
        process.kill();
    }
}
