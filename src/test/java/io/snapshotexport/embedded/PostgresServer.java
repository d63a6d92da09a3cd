package io.snapshotexport.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server on a free port of the loopback interface, with password authentication, for tests and the local mode.
 * It ends with {@link #close()}, with the JVM, and (where there is a POSIX shell) also when the JVM is killed.
 */
public final class PostgresServer implements AutoCloseable {

    private static final String USER = "postgres";
    private static final String PASSWORD = "postgres";
    private static final Duration STARTUP = Duration.ofSeconds(60);
    private static final Duration LEFTOVER = Duration.ofSeconds(20);

    private final int port;
    private final Path dataDirectory;
    private EmbeddedPostgres postgres;
    private Process watchdog;

    private PostgresServer(EmbeddedPostgres postgres, Process watchdog) {
        this.postgres = postgres;
        this.watchdog = watchdog;
        this.port = postgres.getPort();
        this.dataDirectory = dataDirectoryOf(postgres);
    }

    /** A server with temporary data, which are removed on close. */
    public static PostgresServer start() {
        PostgresServer server = start(builder());
        server.requirePasswords();
        return server;
    }

    /** A server whose data stay in the directory, which is made if missing; a start after an unclean end recovers them. */
    public static PostgresServer start(Path dataDirectory) {
        PostgresServer server = start(builder(dataDirectory));
        server.requirePasswords();
        return server;
    }

    /** A server that is a replica, with the data that a closed server left in the directory; its primary is away. */
    public static PostgresServer startReplica(Path dataDirectory) {
        try {
            Files.createFile(dataDirectory.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return start(builder(dataDirectory));
    }

    private static EmbeddedPostgres.Builder builder(Path dataDirectory) {
        Path data = dataDirectory.toAbsolutePath();
        awaitEndOfLeftover(data.resolve("postmaster.pid"));
        return builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on");
    }

    /**
     * A read-only server that follows this one, and whose own queries give way to what it has to replay.
     *
     * @param dataDirectory an empty one; this server's temporary copy of the data
     */
    public PostgresServer standby(Path dataDirectory) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection(); Statement statement = connection.createStatement()) {
            Path data = dataDirectory.toAbsolutePath();
            statement.execute("SELECT pg_backup_start('standby', true)");
            copy(dataDirectoryOf(postgres), data);
            try (var label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(data.resolve("backup_label"), label.getString(1));
            }
            Files.writeString(data.resolve("postgresql.auto.conf"), """
                    primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'
                    max_standby_streaming_delay = 0
                    """.formatted(port(), USER, PASSWORD));
            Files.createFile(data.resolve("standby.signal"));
            EmbeddedPostgres standby = builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .start();
            return new PostgresServer(standby, watchdog(standby));
        } catch (IOException e) {
            throw new UncheckedIOException("the standby does not start", e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Files come and go meanwhile; the log that the standby reads from its primary makes up for that. */
    private static void copy(Path from, Path to) throws IOException {
        Set<Path> own = Set.of(Path.of("postmaster.pid"), Path.of("postmaster.opts"), Path.of("log"));
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                if (own.contains(from.relativize(directory))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Path copy = Files.createDirectories(to.resolve(from.relativize(directory)));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!own.contains(from.relativize(file))) {
                    Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }

    private static EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setPort(freePort())
                .setPGStartupWait(STARTUP)
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("timezone", "UTC")
                .setServerConfig("wal_level", "logical")
                // The server's log lies in its data directory, under `log`.
                .setServerConfig("logging_collector", "on")
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setConnectConfig("password", PASSWORD);
    }

    private static int freePort() {
        try {
            return FreePorts.next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PostgresServer start(EmbeddedPostgres.Builder builder) {
        try {
            EmbeddedPostgres postgres = builder.start();
            return new PostgresServer(postgres, watchdog(postgres));
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start", e);
        }
    }

    /** The server of a run that was killed may still be going down; one that stays belongs to another run. */
    private static void awaitEndOfLeftover(Path pidFile) {
        if (!Files.exists(pidFile)) {
            return;
        }
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).trim());
            ProcessHandle leftover = ProcessHandle.of(pid)
                    .filter(process -> process.info().command().map(command -> command.contains("postgres")).orElse(false))
                    .orElse(null);
            if (leftover != null) {
                leftover.onExit().get(LEFTOVER.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException(pidFile.getParent() + " is in use by another PostgreSQL; see " + pidFile, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A shell that waits for the end of its standard input, which comes with the end of this JVM, however that happens. */
    private static Process watchdog(EmbeddedPostgres postgres) throws IOException {
        if (!Files.isExecutable(Path.of("/bin/sh"))) {
            return null;
        }
        Path dataDirectory = dataDirectoryOf(postgres);
        List<String> pidFile = Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
        // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients. The shell ignores what a terminal sends to all.
        String script = "trap '' INT HUP TERM; read -r stop; [ \"$stop\" = closed ] || kill -INT \"$0\"";
        return new ProcessBuilder("/bin/sh", "-c", script, pidFile.get(0).trim())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Path dataDirectoryOf(EmbeddedPostgres postgres) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                var result = statement.executeQuery("SHOW data_directory")) {
            result.next();
            return Path.of(result.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void requirePasswords() {
        try {
            Files.writeString(dataDirectory.resolve("pg_hba.conf"), """
                    local all all trust
                    host all all 127.0.0.1/32 scram-sha-256
                    host replication all 127.0.0.1/32 scram-sha-256
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Connection connection = postgres.getPostgresDatabase().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + USER + " PASSWORD '" + PASSWORD + "'");
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on nobody gets in without TLS. */
    public void requireTls(ServerCertificate certificate) {
        Path data = dataDirectoryOf(postgres);
        try {
            Path key = Files.writeString(data.resolve("server.key"), certificate.key());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            Files.setOwner(key, Files.getOwner(data));
            Files.setOwner(Files.writeString(data.resolve("server.crt"), certificate.certificate()), Files.getOwner(data));
            Files.writeString(data.resolve("pg_hba.conf"), "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Connection connection = DriverManager.getConnection(jdbcUrl(USER)); Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return port;
    }

    /** SIGKILL for the server and all processes of its connections, like a machine that loses its power. */
    public void kill() {
        ProcessHandle server = ProcessHandle.of(serverPid()).orElseThrow(() -> new IllegalStateException("PostgreSQL does not run"));
        List<ProcessHandle> all = Stream.concat(Stream.of(server), server.descendants()).toList();
        // The first one first: it would answer the death of another with a restart of its own.
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    /** Starts the server that was killed, with its data, which it recovers, and its port; only where the data were to stay. */
    public void startAgain() {
        Path data = dataDirectory;
        close();
        try {
            postgres = builder(data).setPort(port).start();
            watchdog = watchdog(postgres);
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start again", e);
        }
    }

    /** SIGSTOP for all of its processes: connections stay open, nothing is answered. */
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        ProcessHandle server = ProcessHandle.of(serverPid()).orElseThrow(() -> new IllegalStateException("PostgreSQL does not run"));
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal, Long.toString(server.pid())));
        server.descendants().forEach(process -> command.add(Long.toString(process.pid())));
        try {
            new ProcessBuilder("/bin/sh", "-c", String.join(" ", command))
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private long serverPid() {
        try {
            return Long.parseLong(Files.readAllLines(dataDirectory.resolve("postmaster.pid")).get(0).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String user() {
        return USER;
    }

    public String password() {
        return PASSWORD;
    }

    /** The JDBC URL of a database, with user and password as parameters. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20")
                + "?user=" + USER + "&password=" + PASSWORD;
    }

    /** Runs the statements one after another, each in a transaction of its own. */
    public void execute(String database, String... statements) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(database)); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("database " + database, e);
        }
    }

    /** Creates the database if it does not exist, and fills it. */
    public void createDatabase(String name, String... statements) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(USER));
                PreparedStatement exists = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?");
                Statement create = connection.createStatement()) {
            exists.setString(1, name);
            try (var result = exists.executeQuery()) {
                if (!result.next()) {
                    create.execute("CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\"");
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("database " + name + " cannot be created", e);
        }
        execute(name, statements);
    }

    /** Stops the server at once; open connections are cut. */
    @Override
    public void close() {
        try {
            postgres.close();
            if (watchdog != null) {
                try (var stdin = watchdog.getOutputStream()) {
                    stdin.write("closed\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
