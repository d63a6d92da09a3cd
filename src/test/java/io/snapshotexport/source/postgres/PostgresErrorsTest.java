package io.snapshotexport.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.TransientExportException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class PostgresErrorsTest {

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"28P01, wrong password", "28000, no such user", "3D000, no such database", "3F000, no such schema", "42501, no right",
        "22P02, a value that cannot be read", "XX001, damaged data"})
    void thatTheNextAttemptWouldMeetAgainArePermanent(String state, String meaning) {
        assertThat(PostgresErrors.of(server(state), "It fails")).isInstanceOf(PermanentExportException.class)
                .hasMessageStartingWith("It fails: ").hasMessageContaining("the server's words").hasMessageNotContaining("secret");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"08000, cut", "08006, failover", "40001, conflict with recovery", "40P01, deadlock", "42P01, a table that was dropped meanwhile",
        "53100, disk full", "53300, too many connections", "55P03, locked", "57014, statement timeout", "57P01, restart", "57P02, crash",
        "57P03, starting", "XX000, internal", "99999, unknown"})
    void thatMayPassAreTransient(String state, String meaning) {
        assertThat(PostgresErrors.of(server(state), "It fails")).isInstanceOf(TransientExportException.class)
                .hasMessageStartingWith("It fails: ").hasMessageNotContaining("secret");
    }

    @Test
    void ofTheDriverDoNotNameHosts() {
        assertThat(PostgresErrors.of(new SQLException("host db.internal refused", "08001"), "It fails"))
                .isInstanceOf(TransientExportException.class).hasMessage("It fails: PostgreSQL cannot be reached, or cut the connection.");
        assertThat(PostgresErrors.of(new SQLException("db.internal"), "It fails"))
                .isInstanceOf(TransientExportException.class).hasMessage("It fails: the connection failed (SQLSTATE unknown).");
    }

    private static PSQLException server(String state) {
        return new PSQLException(new ServerErrorMessage("SERROR\0C" + state + "\0Mthe server's words\0Dsecret values\0\0"));
    }
}
