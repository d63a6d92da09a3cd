package io.snapshotexport.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.TransientExportException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class PostgresErrorsTest {

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "3D000", "3F000", "42501", "22P02", "XX001"})
    void thatTheNextAttemptWouldMeetAgainArePermanent(String state) {
        assertThat(PostgresErrors.of(server(state), "It fails")).isInstanceOf(PermanentExportException.class)
                .hasMessageStartingWith("It fails: ").hasMessageContaining("the server's words").hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08000", "08006", "40001", "40P01", "42P01", "53100", "53300", "55P03", "57014",
        "57P01", "57P03", "XX000", "99999"})
    void thatMayPassAreTransient(String state) {
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
