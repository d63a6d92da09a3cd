package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.ops.StoreRights;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The roles of PostgreSQL that the page on security has, made by its own statements: what they may and what they may not. */
class LeastRightsTest {

    private static final String STORE = "store";
    private static final String OWNER = "store_owner";
    private static final String API = "snapshot_export_api";
    private static final String SCALING = "snapshot_export_scaling";
    private static final String SOURCE = "shop";
    private static PostgresServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = PostgresServer.start();
        asSuperuser(server.user(), "CREATE ROLE " + OWNER + " LOGIN");
        asSuperuser(server.user(), "CREATE DATABASE " + STORE + " OWNER " + OWNER);
        asSuperuser(server.user(), SecurityPage.block("sql store-roles"));
        server.createDatabase(SOURCE);
        asSuperuser(SOURCE, "CREATE TABLE before (id int PRIMARY KEY); CREATE SCHEMA private; CREATE TABLE private.other (id int PRIMARY KEY)");
        asSuperuser(SOURCE, SecurityPage.block("sql source-role"));
        asSuperuser(SOURCE, "CREATE TABLE after (id int PRIMARY KEY)");
        for (String role : new String[] {OWNER, API, SCALING, "exporter"}) {
            asSuperuser(STORE, "ALTER ROLE " + role + " PASSWORD '" + role + "'");
        }
        Flyway.configure().dataSource(url(STORE), OWNER, OWNER).locations("classpath:db/migration").load().migrate();
        grant(API, SCALING);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void asSuperuser(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database)); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database;
    }

    /** What {@code store migrate} does when the owner of the store runs it. */
    private static void grant(String api, String scaling) throws SQLException {
        try (Connection owner = DriverManager.getConnection(url(STORE), OWNER, OWNER)) {
            StoreRights.grant(owner, Optional.ofNullable(api), Optional.ofNullable(scaling));
        }
    }

    private static void as(String role, String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(database), role, role); Statement statement = connection.createStatement()) {
            statement.execute(sql);
            if (statement.getResultSet() != null) {
                try (ResultSet rows = statement.getResultSet()) {
                    assertThat(rows.next()).isTrue();
                }
            }
        }
    }

    private static void denied(String role, String database, String sql) {
        assertThatThrownBy(() -> as(role, database, sql)).as(sql).isInstanceOfSatisfying(SQLException.class,
                // Insufficient privilege, or a read-only transaction.
                refused -> assertThat(refused.getSQLState()).isIn("42501", "25006"));
    }

    @Test
    void theSourcesUserReadsWhatItWasGrantedAndWritesNothing() throws SQLException {
        as("exporter", SOURCE, "SELECT count(*) FROM before");
        as("exporter", SOURCE, "SELECT count(*) FROM after");
        denied("exporter", SOURCE, "SELECT count(*) FROM private.other");
        denied("exporter", SOURCE, "INSERT INTO before VALUES (1)");
        denied("exporter", SOURCE, "SET default_transaction_read_only = off; INSERT INTO before VALUES (1)");
        denied("exporter", SOURCE, "CREATE TABLE mine (id int)");
        denied("exporter", SOURCE, "SELECT pg_read_file('/etc/passwd')");
        denied("exporter", SOURCE, "COPY (SELECT 1) TO PROGRAM 'true'");
    }

    @Test
    void theApisRoleKeepsExportsAndChangesNoTable() throws SQLException {
        as(API, STORE, "SELECT count(*) FROM export");
        as(API, STORE, "INSERT INTO account (name, created_at, plan, databases) VALUES ('acme', now(), 'enterprise', '{**}')");
        as(API, STORE, "DELETE FROM idempotency_claim");
        denied(API, STORE, "DELETE FROM export");
        denied(API, STORE, "DELETE FROM account_key");
        denied(API, STORE, "TRUNCATE export");
        denied(API, STORE, "DROP TABLE export");
        denied(API, STORE, "CREATE TABLE mine (id int)");
        denied(API, STORE, "UPDATE flyway_schema_history SET checksum = 0");
    }

    @Test
    void scalingSeesStatesAndNothingElse() throws SQLException, IOException {
        String query = Files.readString(SecurityPage.project().resolve("deploy/kubernetes/base/worker-scaling.yaml")).lines()
                .filter(line -> line.strip().startsWith("query: ")).findFirst().orElseThrow().strip().substring("query: ".length());

        for (ExportState state : ExportState.values()) {
            asSuperuser(STORE, """
                    INSERT INTO export (id, account, database, collections, format, bucket, path, state, attempt, sequence, updated_at, queued_attempt,
                        hand_outs)
                    VALUES (%d, 'acme', 'us-std/shop', '{}', 'simple', 'b', 'p', '%s', 1, 0, now(), 1, 0)"""
                    .formatted(state.ordinal() + 1, state.wireName()));
        }
        try (Connection connection = DriverManager.getConnection(url(STORE), SCALING, SCALING); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).as("what waits or runs").isEqualTo(2);
        }
        denied(SCALING, STORE, "SELECT account FROM export");
        denied(SCALING, STORE, "SELECT count(*) FROM account_key");
        denied(SCALING, STORE, "UPDATE export SET state = 'Failed'");
    }

    /** Several API processes may start at the same time. */
    @Test
    void rightsAreGivenAgainAndBySeveralAtOnce() throws Exception {
        ExecutorService several = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> grants = Collections.nCopies(80, () -> {
                grant(API, SCALING);
                return null;
            });
            for (Future<Void> granted : several.invokeAll(grants)) {
                granted.get();
            }
        } finally {
            several.shutdownNow();
        }
    }

    @Test
    void aRoleThatIsMissingOrNoNameGetsNothingAndNorDoesTheOther() throws SQLException {
        asSuperuser(STORE, "CREATE ROLE another LOGIN PASSWORD 'another'");

        assertThatThrownBy(() -> grant("another", "missing")).isInstanceOf(SQLException.class).hasMessageContaining("\"missing\"");
        assertThatThrownBy(() -> grant("another\" WITH GRANT OPTION --", null)).isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("`--api-role`");
        denied("another", STORE, "SELECT count(*) FROM export");
    }
}
