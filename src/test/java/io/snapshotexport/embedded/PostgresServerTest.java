package io.snapshotexport.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

    @Test
    void keepsItsDataInTheDirectoryBetweenRuns(@TempDir Path data) throws Exception {
        try (PostgresServer server = PostgresServer.start(data.resolve("pg"))) {
            server.createDatabase("odd \"name\"/ü");
            server.createDatabase("odd \"name\"/ü");
            execute(server, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (PostgresServer server = PostgresServer.start(data.resolve("pg"));
                var connection = DriverManager.getConnection(server.jdbcUrl("odd \"name\"/ü"));
                var result = connection.createStatement().executeQuery("SELECT answer FROM kept")) {
            assertThat(result.next()).isTrue();
            assertThat(result.getInt(1)).isEqualTo(42);
        }
    }

    @Test
    void asksForThePasswordAndIsGoneAfterClose() throws Exception {
        PostgresServer server = PostgresServer.start();
        String url = server.jdbcUrl("postgres");
        assertThatThrownBy(() -> DriverManager.getConnection(url.replace("password=postgres", "password=wrong")))
                .isInstanceOf(SQLException.class).hasMessageContaining("password authentication failed");
        server.close();
        assertThatThrownBy(() -> DriverManager.getConnection(url)).isInstanceOf(SQLException.class).hasMessageContaining("refused");
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(server.jdbcUrl("odd \"name\"/ü")); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
