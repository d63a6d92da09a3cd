package io.snapshotexport.source.postgres;

import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.PermanentExportException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.jboss.logging.Logger;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Connections to one server, each set up so that the export reads everything or fails. */
final class Connections {

    private static final Logger LOG = Logger.getLogger(Connections.class);

    private final PostgresSourceConfig.Server server;

    Connections(PostgresSourceConfig.Server server) {
        this.server = server;
    }

    /** Opens a connection with an open {@code REPEATABLE READ READ ONLY} transaction that has not taken its snapshot yet. */
    Connection open(ExportId export, PostgresDatabase database, String role) {
        String doing = "Database " + database + " cannot be opened";
        Connection connection;
        try {
            connection = new Driver().connect(url(database.database()), properties(export, role));
        } catch (SQLException e) {
            throw "3D000".equals(e.getSQLState()) ? database.missing() : PostgresErrors.of(e, doing);
        }
        if (connection == null) {
            throw new PermanentExportException(doing + ": the URL of region group " + database.path().regionGroup()
                    + " is none of PostgreSQL; the operator has to mend snapshot-export.postgresql.");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(settings());
            return connection;
        } catch (SQLException e) {
            abort(connection);
            throw PostgresErrors.of(e, doing);
        }
    }

    /** Ends the connection in order, so that the server has nothing to complain about in its log. */
    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.warnf("a connection to PostgreSQL did not close in order: %s", e.getMessage());
        }
    }

    /** Ends the connection at once, also in the middle of a COPY, where an orderly end would read all of its rows first. */
    static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException("the driver refuses to abort", e);
        }
    }

    /**
     * No timeout of the server's configuration ends an export, which may take hours: what bounds it are the lock timeout and the time
     * that the server may be silent. (Whether a timeout exists depends on the server's version.) A lane is one process of the server:
     * queries of several would be lanes that nobody has counted. What a lane reads it needs in the order of the key, which bitmap scans
     * lose; the planner likes them for ranges of tables that were never analyzed.
     *
     * <p>Text forms do not depend on the server's configuration. Row security is off so that a filtered read fails instead of
     * returning less. LSN and snapshot must come after this; no snapshot outlives it.
     */
    private String settings() {
        return """
                SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout',
                    'idle_in_transaction_session_timeout', 'idle_session_timeout', 'max_parallel_workers_per_gather',
                    'enable_bitmapscan');
                SET lock_timeout = %d; SET standard_conforming_strings = on;
                SET row_security = off; SET search_path = pg_catalog; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD';
                SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'; SET array_nulls = on; SET jit = off;
                SET quote_all_identifiers = off;
                """.formatted(server.lockTimeout().toMillis());
    }

    private String url(String database) {
        String url = server.url();
        int query = url.indexOf('?');
        String base = query < 0 ? url : url.substring(0, query);
        String parameters = query < 0 ? "" : url.substring(query);
        return (base.endsWith("/") ? base : base + "/") + URLEncoder.encode(database, StandardCharsets.UTF_8) + parameters;
    }

    private Properties properties(ExportId export, String role) {
        Properties properties = new Properties();
        server.username().ifPresent(username -> PGProperty.USER.set(properties, username));
        server.password().ifPresent(password -> PGProperty.PASSWORD.set(properties, password));
        PGProperty.APPLICATION_NAME.set(properties, "snapshot-export " + export + " " + role);
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds(server.connectTimeout()));
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds(server.connectTimeout()));
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds(server.silenceTimeout()));
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return properties;
    }

    private static int seconds(Duration duration) {
        return (int) Math.max(1, duration.toSeconds());
    }
}
