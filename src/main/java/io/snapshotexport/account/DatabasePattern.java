package io.snapshotexport.account;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.InvalidValueException;
import java.util.List;

/**
 * Which databases an account may export: {@code us-std/acme} is that database alone, {@code us-std/acme/**} everything below it at
 * any depth but not itself, {@code us-std/**} a whole region group, {@code **} everything. Names are compared as they are: no case
 * folding, no normalisation, and no other wildcard, because a pattern that is read too widely gives somebody's data away.
 */
public final class DatabasePattern {

    private static final String EVERYTHING = "**";
    private static final String BELOW = "/" + EVERYTHING;

    private final String text;
    private final List<String> segments;
    private final boolean below;

    private DatabasePattern(String text, List<String> segments, boolean below) {
        this.text = text;
        this.segments = segments;
        this.below = below;
    }

    /** @throws InvalidValueException if the text is no pattern */
    public static DatabasePattern parse(String text) {
        if (text.equals(EVERYTHING)) {
            return new DatabasePattern(text, List.of(), true);
        }
        boolean below = text.endsWith(BELOW);
        String path = below ? text.substring(0, text.length() - BELOW.length()) : text;
        if (path.indexOf('*') >= 0) {
            throw invalid(text, "`*` stands only as the last segment, `**`");
        }
        try {
            // A region group is no database, so it is checked as one of its databases.
            DatabasePath.parse(below ? path + "/any" : path);
        } catch (InvalidValueException e) {
            throw invalid(text, "without its `**` it is no path of a database");
        }
        return new DatabasePattern(text, List.of(path.split("/", -1)), below);
    }

    private static InvalidValueException invalid(String text, String why) {
        return new InvalidValueException("databases", "The database pattern is " + shown(text) + ", but " + why
                + "; write `us-std/my_db`, `us-std/my_db/**` for everything below it, or `**` for everything.");
    }

    public boolean matches(DatabasePath database) {
        int depth = 1 + database.names().size();
        if (below ? depth <= segments.size() : depth != segments.size()) {
            return false;
        }
        return segments.isEmpty() || segments.get(0).equals(database.regionGroup())
                && segments.subList(1, segments.size()).equals(database.names().subList(0, segments.size() - 1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DatabasePattern pattern && text.equals(pattern.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
