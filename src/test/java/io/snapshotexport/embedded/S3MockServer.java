package io.snapshotexport.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adobe's S3Mock as a process of its own, on a free port: it takes and shows server-side encryption and ACL headers, and any secret. See
 * {@link S3ProxyServer} for the server that checks signatures. The process ends with {@link #close()}, at the latest with this one.
 */
public final class S3MockServer implements AutoCloseable {

    private static final Path JAR = Path.of("target/servers/s3mock-exec.jar");
    /** The first port named is the one on loopback; the other one belongs to a connector that cannot be switched off. */
    private static final Pattern STARTED = Pattern.compile("Tomcat started on ports? (\\d+) \\(http\\)");

    private final Process process;
    private final Thread endWithThisProcess;
    private final URI endpoint;

    private S3MockServer(Process process, Thread endWithThisProcess, URI endpoint) {
        this.process = process;
        this.endWithThisProcess = endWithThisProcess;
        this.endpoint = endpoint;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param directory where it keeps its files, temporary ones included
     * @param buckets   exist from the beginning
     */
    public static S3MockServer start(Path directory, String... buckets) {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR + " is missing; the build copies it in the phase process-test-classes");
        }
        try {
            Path temporary = Files.createDirectories(directory.resolve("tmp"));
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-Xmx256m", "-Djava.io.tmpdir=" + temporary.toAbsolutePath(), "-jar", JAR.toString(),
                    "--server.address=127.0.0.1", "--server.port=0", "--server.ssl.enabled=false", "--http.port=0",
                    "--com.adobe.testing.s3mock.store.root=" + Files.createDirectories(directory.resolve("buckets")).toAbsolutePath(),
                    "--com.adobe.testing.s3mock.store.initial-buckets=" + String.join(",", buckets))
                    .redirectErrorStream(true)
                    .start();
            Thread endWithThisProcess = new Thread(process::destroyForcibly, "s3mock-end");
            Runtime.getRuntime().addShutdownHook(endWithThisProcess);
            return new S3MockServer(process, endWithThisProcess, URI.create("http://127.0.0.1:" + portOnceStarted(process)));
        } catch (IOException cannotStart) {
            throw new IllegalStateException("the S3 mock server does not start", cannotStart);
        }
    }

    private static int portOnceStarted(Process process) throws IOException {
        StringBuilder told = new StringBuilder();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                Thread drain = new Thread(() -> output.lines().forEach(unread -> { }), "s3mock-output");
                drain.setDaemon(true);
                drain.start();
                return Integer.parseInt(started.group(1));
            }
            told.append(line).append('\n');
        }
        throw new IllegalStateException("the S3 mock server ended instead of starting:\n" + told);
    }

    /** Where it listens; clients need path-style addressing. */
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        Runtime.getRuntime().removeShutdownHook(endWithThisProcess);
    }
}
