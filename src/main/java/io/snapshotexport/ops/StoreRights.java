package io.snapshotexport.ops;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.InvalidValueException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What roles of PostgreSQL beside the store's owner may do in it: no more than they need, see {@code deploy/SECURITY.md}. */
public final class StoreRights {

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    /** Any number, always the same: two processes that grant at the same time would trip over each other. */
    private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7331864)";

    private StoreRights() {
    }

    /**
     * Grants them, all or none. Safe to be done again and by several at once.
     *
     * @param owner   a connection of the store's owner, who has migrated it
     * @param api     the role that the API logs in as, which must exist; nobody if empty
     * @param scaling the role that counts exports, which must exist; nobody if empty
     * @throws InvalidValueException if a name is none that an operator would give to a role
     */
    public static void grant(Connection owner, Optional<String> api, Optional<String> scaling) throws SQLException {
        List<String> grants = new ArrayList<>();
        api.map(role -> role("api-role", role)).ifPresent(role -> grants.addAll(List.of(
                "GRANT SELECT, INSERT, UPDATE ON export, account, account_key, idempotency_claim TO " + role,
                "GRANT DELETE ON idempotency_claim TO " + role,
                // To see that there is nothing to migrate.
                "GRANT SELECT ON flyway_schema_history TO " + role)));
        scaling.map(role -> role("scaling-role", role)).ifPresent(role -> grants.add("GRANT SELECT (state) ON export TO " + role));
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement()) {
            for (String sql : Stream.concat(Stream.of(ONE_AT_A_TIME), grants.stream()).toList()) {
                statement.execute(sql);
            }
            owner.commit();
        } catch (SQLException e) {
            owner.rollback();
            throw e;
        }
    }

    private static String role(String option, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException(option, "`--" + option + "` is " + shown(name) + "; use letters a to z, digits and underscores.");
        }
        return '"' + name + '"';
    }
}
