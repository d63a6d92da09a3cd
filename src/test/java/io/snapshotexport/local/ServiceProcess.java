package io.snapshotexport.local;

import io.snapshotexport.embedded.ChildProcess;
import io.snapshotexport.embedded.ClassArchive;
import io.snapshotexport.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The production artifact, a {@link ShippedProgram}, as a process of its own that never outlives this one. Its HTTP port is a free
 * one and stays the same when it is started again. Not for use by several threads.
 */
public final class ServiceProcess implements AutoCloseable {

    /** What takes long in a short life is to start, and the compiler for long lives is in the way. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    private static final String LOCATIONS = "SMALLRYE_CONFIG_LOCATIONS";
    private static final Duration STARTUP = Duration.ofSeconds(90);
    private static final Duration SHUTDOWN = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ShippedProgram program;
    private final Path directory;
    private final List<String> jvmOptions;
    private final Map<String, String> environment;
    private final int port;
    private ChildProcess process;

    private ServiceProcess(ShippedProgram program, Path directory, List<String> jvmOptions, Map<String, String> environment, int port) {
        this.program = program;
        this.directory = directory;
        this.jvmOptions = jvmOptions;
        this.environment = environment;
        this.port = port;
    }

    /** Options of a JVM that lives for seconds. */
    public static String[] shortLived() {
        ShippedProgram program = ShippedProgram.ofTheBuild();
        Stream<String> archive = program.isNative() ? Stream.empty()
                : ClassArchive.options("service", program.version(), options -> tryStart(program, options)).stream();
        return Stream.concat(SHORT_LIVED.stream(), archive).toArray(String[]::new);
    }

    /** Without its servers: most of its classes are loaded all the same. */
    private static void tryStart(ShippedProgram program, List<String> jvmOptions) {
        try {
            Path directory = Files.createTempDirectory("trial");
            ServiceSettings away = ServiceSettings.of(DataDirectory.open(directory), "127.0.0.1:1")
                    .with("snapshot-export.store.url", "postgresql://127.0.0.1:1/away");
            ServiceProcess service = starting(program, directory, away, "256m",
                    Stream.concat(SHORT_LIVED.stream(), jvmOptions.stream()).toArray(String[]::new));
            service.await("/q/health/live");
            service.process.stop(ClassArchive.PATIENCE);
            DataDirectory.deleteAll(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts it and returns when it is ready.
     *
     * @param directory  for its settings and its log, {@code service.log}; made if missing
     * @param heap       as the JVM takes it: {@code 256m}
     * @param jvmOptions further options of the JVM
     */
    public static ServiceProcess start(Path directory, ServiceSettings settings, String heap, String... jvmOptions) {
        return start(directory, settings, Map.of(), heap, jvmOptions);
    }

    /** Starts it with 256 MiB of heap for a {@linkplain #shortLived() short life}, and returns when it is ready. */
    static ServiceProcess startQuickly(Path directory, ServiceSettings settings) {
        return start(directory, settings, "256m", shortLived());
    }

    /**
     * Starts it in an environment.
     *
     * @param environment if it names configuration files, those settings come as well
     */
    static ServiceProcess start(Path directory, ServiceSettings settings, Map<String, String> environment, String heap, String... jvmOptions) {
        ServiceProcess service = inDirectory(ShippedProgram.ofTheBuild(), directory, settings, environment, heap, jvmOptions);
        service.startAgain();
        return service;
    }

    /** As above, but returns at once. */
    static ServiceProcess starting(Path directory, ServiceSettings settings, String heap) {
        return starting(ShippedProgram.ofTheBuild(), directory, settings, heap);
    }

    static ServiceProcess starting(ShippedProgram program, Path directory, ServiceSettings settings, String heap, String... jvmOptions) {
        ServiceProcess service = inDirectory(program, directory, settings, Map.of(), heap, jvmOptions);
        service.launch();
        return service;
    }

    private static ServiceProcess inDirectory(ShippedProgram program, Path directory, ServiceSettings settings,
            Map<String, String> environment, String heap, String... jvmOptions) {
        try {
            Files.createDirectories(directory);
            int port = FreePorts.next();
            ServiceProcess service = new ServiceProcess(program, directory.toAbsolutePath(),
                    Stream.concat(Stream.of("-Xmx" + heap), Stream.of(jvmOptions)).toList(), environment, port);
            settings.with("quarkus.http.port", Integer.toString(port)).write(service.settingsFile());
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs one command of the operator's to its end.
     *
     * @param directory for its settings and what it says, {@code command.log}; made if missing
     * @return the exit code
     */
    public static int run(Path directory, ServiceSettings settings, String... arguments) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve("command.properties").toAbsolutePath();
            settings.write(file);
            return run(directory, Map.of(LOCATIONS, file.toString()), List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As above, with settings that are in the environment, or in files that it names. */
    static int run(Path directory, Map<String, String> environment, List<String> arguments) {
        try {
            Files.createDirectories(directory);
            List<String> options = Stream.concat(Stream.of("-Xmx128m"), Stream.of(shortLived())).toList();
            ChildProcess command = ChildProcess.start("the command",
                    ShippedProgram.ofTheBuild().command(options, arguments.toArray(String[]::new)), environment, directory.resolve("command.log"));
            if (!command.awaitEnd(STARTUP)) {
                command.kill();
            }
            return command.exitCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path settingsFile() {
        return directory.resolve("service.properties");
    }

    /** Starts it after it was killed or stopped; returns when it is ready. */
    public void startAgain() {
        launch();
        try {
            await("/q/health/ready");
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    private void launch() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("the service runs already");
        }
        List<String> command = program.command(jvmOptions);
        Map<String, String> variables = new HashMap<>(environment);
        variables.merge(LOCATIONS, settingsFile().toString(), (files, own) -> files + "," + own);
        process = ChildProcess.start("the service", command, variables, log());
    }

    /** The status of an answer to GET, 0 if there is none. */
    int status(String path) {
        try {
            return client.send(HttpRequest.newBuilder(url().resolve(path)).timeout(Duration.ofSeconds(5)).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException noAnswer) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void await(String path) {
        long deadline = System.nanoTime() + STARTUP.toNanos();
        String last = "no answer";
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(url().resolve(path)).timeout(Duration.ofSeconds(5)).build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return;
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (IOException e) {
                last = e.toString();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            process.awaitEnd(POLL);
        }
        String why = process.isAlive()
                ? "is not ready within " + STARTUP.toSeconds() + " s: " + last
                : "ends with code " + process.exitCode() + " before it is ready";
        throw new IllegalStateException("the service " + why + "; the end of " + log() + ":\n" + logTail());
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public Path log() {
        return directory.resolve("service.log");
    }

    public String logTail() {
        return process.logTail();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** SIGKILL, like a crash. */
    public void kill() {
        process.kill();
    }

    /** SIGTERM; returns when it is gone. */
    public void stop() {
        process.stop(SHUTDOWN);
    }

    /** SIGSTOP. */
    public void pause() {
        process.pause();
    }

    public void resume() {
        process.resume();
    }

    @Override
    public void close() {
        stop();
    }
}
