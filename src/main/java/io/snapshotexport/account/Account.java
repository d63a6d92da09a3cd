package io.snapshotexport.account;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.InvalidValueException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A tenant.
 *
 * @param name      what exports and keys name it by; never changes
 * @param plan      what it pays for; only some plans may export
 * @param databases what it may export
 * @param createdAt when it was made
 */
public record Account(String name, String plan, List<DatabasePattern> databases, Instant createdAt) {

    /** Nothing that a shell, a log line or a URL would have to escape. */
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public Account {
        check("account", name);
        check("plan", plan);
        databases = List.copyOf(databases);
    }

    private static void check(String field, String value) {
        if (!PLAIN.matcher(value).matches()) {
            throw new InvalidValueException(field, "`" + field + "` is " + shown(value) + "; use 1 to 63 lowercase letters, digits, "
                    + "`.`, `_` and `-`, beginning with a letter or digit.");
        }
    }

    public boolean mayExport(DatabasePath database) {
        return databases.stream().anyMatch(pattern -> pattern.matches(database));
    }
}
