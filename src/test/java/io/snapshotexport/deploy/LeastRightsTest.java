package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.embedded.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The roles of PostgreSQL that the page on security has, made by its own statements: what they may and what they may not. */
class LeastRightsTest {

    private static final String STORE = "store";
    private static final String SOURCE = "shop";
    private static PostgresServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = PostgresServer.start();
        server.createDatabase(STORE);
        Flyway.configure().dataSource(server.jdbcUrl(STORE), server.user(), server.password()).locations("classpath:db/migration").load().migrate();
        asOwner(STORE, SecurityPage.block("sql store-role"));
        asOwner(STORE, SecurityPage.block("sql scaling-role"));
        server.createDatabase(SOURCE);
        asOwner(SOURCE, "CREATE TABLE before (id int PRIMARY KEY); CREATE SCHEMA private; CREATE TABLE private.other (id int PRIMARY KEY)");
        asOwner(SOURCE, SecurityPage.block("sql source-role"));
        asOwner(SOURCE, "CREATE TABLE after (id int PRIMARY KEY)");
        for (String role : new String[] {"snapshot_export_api", "snapshot_export_scaling", "exporter"}) {
            asOwner(STORE, "ALTER ROLE " + role + " PASSWORD '" + role + "'");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void asOwner(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database)); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void as(String role, String database, String sql) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database;
        try (Connection connection = DriverManager.getConnection(url, role, role); Statement statement = connection.createStatement()) {
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
        as("snapshot_export_api", STORE, "SELECT count(*) FROM export");
        as("snapshot_export_api", STORE, "INSERT INTO account (name, created_at, plan, databases) VALUES ('acme', now(), 'enterprise', '{**}')");
        as("snapshot_export_api", STORE, "DELETE FROM idempotency_claim");
        denied("snapshot_export_api", STORE, "DELETE FROM export");
        denied("snapshot_export_api", STORE, "DELETE FROM account_key");
        denied("snapshot_export_api", STORE, "TRUNCATE export");
        denied("snapshot_export_api", STORE, "DROP TABLE export");
        denied("snapshot_export_api", STORE, "CREATE TABLE mine (id int)");
        denied("snapshot_export_api", STORE, "UPDATE flyway_schema_history SET checksum = 0");
    }

    @Test
    void scalingSeesStatesAndNothingElse() throws SQLException, IOException {
        String query = Files.readString(SecurityPage.project().resolve("deploy/kubernetes/base/worker-scaling.yaml")).lines()
                .filter(line -> line.strip().startsWith("query: ")).findFirst().orElseThrow().strip().substring("query: ".length());

        as("snapshot_export_scaling", STORE, query);
        denied("snapshot_export_scaling", STORE, "SELECT account FROM export");
        denied("snapshot_export_scaling", STORE, "SELECT count(*) FROM account_key");
        denied("snapshot_export_scaling", STORE, "UPDATE export SET state = 'Failed'");
    }
}
