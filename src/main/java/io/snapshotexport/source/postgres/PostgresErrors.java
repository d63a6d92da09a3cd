package io.snapshotexport.source.postgres;

import io.snapshotexport.export.ExportException;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.TransientExportException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL and its driver throw, as failures of an export. The codes: PostgreSQL documentation, appendix A. */
final class PostgresErrors {

    private static final String UNKNOWN_STATE = "unknown";

    /** Whoever must act is told what to do; the server's own words follow. */
    private static final Map<String, String> PERMANENT_STATES = Map.of(
            "3D000", "there is no such database",
            "3F000", "there is no such schema",
            "42501", "the source's user may not read it; grant it the right to",
            "55000", "it does not accept connections");

    /** By the first two characters: wrong credentials, data that the server itself cannot read. */
    private static final Map<String, String> PERMANENT_CLASSES = Map.of(
            "28", "PostgreSQL refused the configured user; the operator has to mend the source's credentials",
            "22", "a value cannot be read",
            "XX", "PostgreSQL reports an internal error, such as damaged data");

    private static final Set<String> UNREACHABLE = Set.of("08001", "08006");

    private PostgresErrors() {
    }

    /** @param doing what could not be done, as the begin of a sentence: {@code Collection `Product` of `us-std/shop` cannot be read} */
    static ExportException of(SQLException failure, String doing) {
        String state = failure.getSQLState() == null ? UNKNOWN_STATE : failure.getSQLState();
        String permanent = PERMANENT_STATES.get(state);
        if (permanent == null && state.length() == 5) {
            permanent = PERMANENT_CLASSES.get(state.substring(0, 2));
        }
        if (permanent != null) {
            return new PermanentExportException(doing + ": " + permanent + " (" + words(failure) + ").", failure);
        }
        if (UNREACHABLE.contains(state)) {
            // The driver's words name internal hosts.
            return new TransientExportException(doing + ": PostgreSQL cannot be reached, or cut the connection.", failure);
        }
        return new TransientExportException(doing + ": " + words(failure) + " (SQLSTATE " + state + ").", failure);
    }

    /** The server's message without detail, hint, query and position: those may hold values. */
    private static String words(SQLException failure) {
        ServerErrorMessage server = failure instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        return server != null && server.getMessage() != null ? server.getMessage() : "the connection failed";
    }
}
