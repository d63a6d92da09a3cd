package io.snapshotexport.bench;

import io.snapshotexport.embedded.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database to export, made by a script of SQL: {@code shop.sql} or {@code wide.sql}. Its function {@code bench.grow_...} adds the
 * documents between two numbers, so that a database grows without being loaded anew; its size is kept in the database.
 */
final class BenchDatabase {

    private static final long STEP = 250_000;

    private final PostgresServer server;
    private final String name;
    private final String script;

    BenchDatabase(PostgresServer server, String name, String script) {
        this.server = server;
        this.name = name;
        this.script = script;
    }

    /** How an export names it. */
    String path() {
        return "us-std/" + name;
    }

    String name() {
        return name;
    }

    String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /** Makes it as large as that; does nothing where it is already. */
    BenchDatabase grownTo(long documents) {
        server.createDatabase(name);
        try (Connection connection = DriverManager.getConnection(jdbcUrl()); Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS bench");
            statement.execute("CREATE TABLE IF NOT EXISTS bench.scripts (script text PRIMARY KEY, documents bigint NOT NULL)");
            long size = size(statement);
            if (size < 0) {
                statement.execute(text(script));
                statement.execute("INSERT INTO bench.scripts VALUES ('" + script + "', 0)");
                size = 0;
            }
            while (size < documents) {
                long next = Math.min(documents, size + STEP);
                statement.execute("SELECT bench.grow_" + script + "(" + size + ", " + next + "); UPDATE bench.scripts SET documents = " + next
                        + " WHERE script = '" + script + "'");
                size = next;
            }
            // Exports find what a database at rest has: statistics, hint bits, nothing to be written.
            statement.execute("VACUUM (ANALYZE)");
            statement.execute("CHECKPOINT");
            return this;
        } catch (SQLException e) {
            throw new IllegalStateException("the database " + name + " cannot be made", e);
        }
    }

    private long size(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT documents FROM bench.scripts WHERE script = '" + script + "'")) {
            return row.next() ? row.getLong(1) : -1;
        }
    }

    private static String text(String script) {
        try (InputStream text = BenchDatabase.class.getResourceAsStream(script + ".sql")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
