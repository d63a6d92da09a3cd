package io.snapshotexport.source.postgres;

import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.format.StoredDocuments;
import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.SnapshotReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own on a server that all tests share, and that ends with the JVM. */
final class SourceDatabase {

    static final ExportId EXPORT = new ExportId(4711);
    private static final PostgresServer SERVER = PostgresServer.start();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;

    private SourceDatabase(String name) {
        this.name = name;
        SERVER.createDatabase(name);
    }

    static SourceDatabase create() {
        return named("db" + COUNT.incrementAndGet());
    }

    static SourceDatabase named(String name) {
        return new SourceDatabase(name);
    }

    String name() {
        return name;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(SERVER.jdbcUrl(name) + "&socketTimeout=30");
    }

    /** A connection that can read replication slots. */
    Connection replication() throws SQLException {
        return DriverManager.getConnection(SERVER.jdbcUrl(name)
                + "&replication=database&assumeMinServerVersion=13&preferQueryMode=simple&socketTimeout=30");
    }

    SourceDatabase with(String... statements) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return this;
    }

    /** A snapshot of the database, or of a child of it. */
    Snapshot snapshot(String... children) {
        return source().openSnapshot(EXPORT, DatabasePath.parse("us-std/" + name + (children.length == 0 ? "" : "/" + children[0])));
    }

    /** A snapshot of the database by a source whose tables of documents are tagged. */
    Snapshot taggedSnapshot() {
        return new PostgresSource(server(url(), SERVER.user(), SERVER.password(), StoredDocuments.TAGGED))
                .openSnapshot(EXPORT, DatabasePath.parse("us-std/" + name));
    }

    List<String> taggedDocuments(String collection, DocumentFormat format) throws IOException {
        try (Snapshot snapshot = taggedSnapshot()) {
            return read(snapshot, collection, format).texts();
        }
    }

    List<String> documents(String collection, DocumentFormat format) throws IOException {
        try (Snapshot snapshot = snapshot()) {
            return read(snapshot, collection, format).texts();
        }
    }

    static CollectedDocuments read(Snapshot snapshot, String collection, DocumentFormat format) throws IOException {
        CollectedDocuments documents = new CollectedDocuments();
        try (SnapshotReader reader = snapshot.openReader(0)) {
            reader.read(snapshot.collections(List.of(collection)).get(0), KeyRange.ALL, format, documents);
        }
        return documents;
    }

    static PostgresSource source() {
        return new PostgresSource(server(url(), SERVER.user(), SERVER.password()));
    }

    /** A new server that follows the one of all tests. */
    static PostgresServer standby(Path dataDirectory) {
        return SERVER.standby(dataDirectory);
    }

    static String url() {
        return "jdbc:postgresql://127.0.0.1:" + SERVER.port();
    }

    static PostgresSourceConfig.Server server(String url, String username, String password) {
        return server(url, username, password, StoredDocuments.PLAIN);
    }

    private static PostgresSourceConfig.Server server(String url, String username, String password, StoredDocuments documents) {
        return new PostgresSourceConfig.Server() {
            @Override
            public String url() {
                return url;
            }

            @Override
            public Optional<String> username() {
                return Optional.of(username);
            }

            @Override
            public Optional<String> password() {
                return Optional.of(password);
            }

            @Override
            public Duration connectTimeout() {
                return Duration.ofSeconds(5);
            }

            @Override
            public Duration lockTimeout() {
                return Duration.ofMillis(300);
            }

            @Override
            public StoredDocuments documents() {
                return documents;
            }

            @Override
            public Duration silenceTimeout() {
                return Duration.ofSeconds(60);
            }

            @Override
            public int connections() {
                return 32;
            }
        };
    }
}
