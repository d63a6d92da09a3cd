package io.snapshotexport.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@link S3ProxyServer} as a process of its own, so that what it costs is told apart from what others cost. It ends with {@link #close()},
 * at the latest with this JVM.
 */
public final class S3ProxyProcess implements AutoCloseable {

    private static final Duration STARTUP = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration SHUTDOWN = Duration.ofSeconds(10);
    /** Without the last two, Jetty words several messages for each read from a connection, into a queue that nobody reads. */
    private static final List<String> OPTIONS = List.of("-Xmx512m", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dlogging.initial-configurator.min-level=INFO");

    private final ChildProcess process;
    private final URI endpoint;

    private S3ProxyProcess(ChildProcess process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /**
     * Starts it and returns when it listens.
     *
     * @param directory what it serves; its log lies beside
     * @param bucket    is made unless it is there
     */
    public static S3ProxyProcess start(Path directory, String bucket) {
        Path told = directory.resolveSibling("s3-endpoint");
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(told);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of(ChildProcess.java()));
        command.addAll(OPTIONS);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, TestClassPath.entries()), S3ProxyProcess.class.getName(),
                directory.toString(), bucket, told.toString()));
        ChildProcess process = ChildProcess.start("the S3 server", command, Map.of(), directory.resolveSibling("s3.log"));
        long deadline = System.nanoTime() + STARTUP.toNanos();
        while (!Files.exists(told)) {
            if (process.awaitEnd(POLL) || System.nanoTime() > deadline) {
                process.kill();
                throw new IllegalStateException("the S3 server does not start; the end of its log:\n" + process.logTail());
            }
        }
        try {
            return new S3ProxyProcess(process, URI.create(Files.readString(told)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the new process: directory, bucket, and the file to which the endpoint is written once it is known. */
    public static void main(String[] arguments) throws IOException {
        // Jetty's threads keep the process alive.
        S3ProxyServer server = S3ProxyServer.start(Path.of(arguments[0]));
        server.createBucket(arguments[1]);
        Path told = Path.of(arguments[2]);
        Path unfinished = told.resolveSibling(told.getFileName() + ".new");
        Files.writeString(unfinished, server.endpoint().toString());
        Files.move(unfinished, told, StandardCopyOption.ATOMIC_MOVE);
    }

    public URI endpoint() {
        return endpoint;
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

    @Override
    public void close() {
        process.stop(SHUTDOWN);
    }
}
