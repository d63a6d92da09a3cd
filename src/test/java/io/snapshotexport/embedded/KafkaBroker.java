package io.snapshotexport.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * A real Kafka broker, a single KRaft node with share groups, on loopback and as a process of its own, so that it can be killed, paused and
 * started again. Its ports stay the same over restarts. Topics are not created by use. Not for use by several threads.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration STARTUP = Duration.ofSeconds(60);
    private static final Duration SHUTDOWN = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 25;
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private final Path directory;
    private final boolean temporary;
    private final Properties settings;
    private final String bootstrapServers;
    private final Optional<String> securedServers;
    private ChildProcess process;
    private long linesAtStart;

    private KafkaBroker(Path directory, boolean temporary, Properties settings, Optional<String> securedServers) {
        this.directory = directory;
        this.temporary = temporary;
        this.settings = settings;
        this.bootstrapServers = KafkaBrokerSettings.bootstrapServers(settings);
        this.securedServers = securedServers;
    }

    /** A broker with temporary data, which are removed on close. */
    public static KafkaBroker start() {
        try {
            return start(Files.createTempDirectory("kafka"), true, Map.of(), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A broker whose data stay in the directory, which is made if missing; its log is {@code broker.log} there. */
    public static KafkaBroker start(Path directory) {
        return start(directory.toAbsolutePath(), false, Map.of(), Optional.empty());
    }

    /**
     * As {@link #start(Path)}, with further settings of the broker. One of them may be {@code advertised.<NAME>=<port>}: a listener of that name
     * which tells its clients to come to another port, that of a proxy; {@link #listenerPort} says where it really listens.
     */
    public static KafkaBroker start(Path directory, Map<String, String> further) {
        return start(directory.toAbsolutePath(), false, further, Optional.empty());
    }

    /** A broker that has {@link #securedServers()} as well, where clients need a password (SCRAM-SHA-512) and rights. */
    public static KafkaBroker startSecured(Path directory, ServerCertificate certificate) {
        return start(directory.toAbsolutePath(), false, Map.of(), Optional.of(certificate));
    }

    private static KafkaBroker start(Path directory, boolean temporary, Map<String, String> further, Optional<ServerCertificate> certificate) {
        KafkaBroker broker = inDirectory(directory, temporary, further, certificate);
        broker.startAgain();
        return broker;
    }

    private static KafkaBroker inDirectory(Path directory, boolean temporary, Map<String, String> further,
            Optional<ServerCertificate> certificate) {
        try {
            Files.createDirectories(directory);
            Properties settings = KafkaBrokerSettings.write(directory, further, certificate);
            return new KafkaBroker(directory, temporary, settings, certificate.map(any -> KafkaBrokerSettings.securedServers(settings)));
        } catch (IOException e) {
            throw new UncheckedIOException("the Kafka broker cannot use " + directory, e);
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Where a further listener really listens, on loopback. */
    public int listenerPort(String name) {
        return KafkaBrokerSettings.listenerPort(settings, name);
    }

    /** Where everybody needs a password; who comes by the other way may do everything. */
    public String securedServers() {
        return securedServers.orElseThrow();
    }

    /** What those who came by {@link #securedServers()} were allowed, see {@link WitnessAuthorizer}. */
    public List<String> allowed() {
        try {
            return Files.readAllLines(Path.of(settings.getProperty(WitnessAuthorizer.FILE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the broker logs to. */
    public Path log() {
        return directory.resolve("broker.log");
    }

    /** Starts the broker that was killed or stopped, with its data and its ports; returns when it answers. */
    public void startAgain() {
        launch(KafkaBrokerCommand.of(directory, KafkaBroker::tryStart));
    }

    /** Starts one twice: first with the main class that formats its storage, for a JVM that keeps an archive does without. */
    private static void tryStart(List<String> jvmOptions) {
        try (KafkaBroker broker = inDirectory(Files.createTempDirectory("kafka"), true, Map.of(), Optional.empty())) {
            broker.launch(KafkaBrokerCommand.of(broker.directory));
            broker.stop();
            broker.launch(KafkaBrokerCommand.ofFormatted(broker.directory, jvmOptions));
            broker.process.stop(ClassArchive.PATIENCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch(List<String> command) {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("the Kafka broker runs already");
        }
        linesAtStart = countLines();
        process = ChildProcess.start("the Kafka broker", command, Map.of(), log());
        try {
            awaitAnswer();
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    private long countLines() {
        if (!Files.exists(log())) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(log())) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the broker in good order and starts it again. */
    public void restart() {
        stop();
        startAgain();
    }

    /**
     * Whether the coordinator of the groups, or of the share groups' state, has given up since the last start: no group goes on then before the
     * broker is started again. Kafka 4.3 does that now and then when it comes back after a crash and its log is not as long as it expects.
     */
    public boolean hasGivenUp() {
        try (Stream<String> lines = Files.lines(log()).skip(linesAtStart)) {
            return lines.anyMatch(line -> line.contains("is in FAILED state"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, like a crash. */
    public void kill() {
        process.kill();
    }

    /**
     * From now on the broker's disk is full: no file of its grows any more. To the process it looks as if no space were left on the device:
     * a write ends early or fails, and its log directory is lost to it. Started again, it has room. It takes {@code prlimit} of util-linux.
     */
    public void fillDisk() {
        ChildProcess limit = ChildProcess.start("prlimit", List.of(PRLIMIT.toString(), "--pid", Long.toString(process.pid()), "--fsize=0"),
                Map.of(), log());
        if (!limit.awaitEnd(STARTUP) || limit.exitCode() != 0) {
            throw new IllegalStateException("the disk of the Kafka broker cannot be filled: exit code " + limit.exitCode());
        }
    }

    /** Waits until it has ended by itself. */
    public void awaitEnd() {
        if (!process.awaitEnd(STARTUP)) {
            throw new IllegalStateException("the Kafka broker goes on; the end of " + log() + ":\n" + process.logTail());
        }
    }

    /** Stops the broker in good order. */
    public void stop() {
        process.stop(SHUTDOWN);
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
        if (temporary) {
            process.kill();
            deleteData();
        } else {
            stop();
        }
    }

    private void deleteData() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + STARTUP.toNanos();
        String cause = "it does not listen";
        // The port opens last; asking before only fills the client's log with warnings.
        while (System.nanoTime() < deadline && process.isAlive()) {
            if (listens()) {
                try {
                    ask();
                    return;
                } catch (ExecutionException | TimeoutException e) {
                    cause = e.toString();
                }
            }
            process.awaitEnd(Duration.ofMillis(POLL_MILLIS));
        }
        String why = process.isAlive() ? "does not answer within " + STARTUP.toSeconds() + " s: " + cause : "ends with code " + process.exitCode();
        throw new IllegalStateException("the Kafka broker " + why + "; the end of " + log() + ":\n" + process.logTail());
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            String[] hostAndPort = bootstrapServers.split(":");
            socket.connect(new InetSocketAddress(InetAddress.getByName(hostAndPort[0]), Integer.parseInt(hostAndPort[1])), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void ask() throws ExecutionException, TimeoutException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.describeCluster().clusterId().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
