package io.snapshotexport.export;

import static io.snapshotexport.export.InvalidValueException.shown;

import java.util.List;

/**
 * Where a database lies: {@code us-std/parent_db/child_db}.
 *
 * @param regionGroup the region group in its full form
 * @param names       the database and its parents, outermost first; at least one
 */
public record DatabasePath(String regionGroup, List<String> names) {

    private static final int MAX_NAME_LENGTH = 64;
    private static final String EXPECTED = "write `<region group>/<name>`, such as `us-std/my_db` or `us-std/parent_db/child_db`.";

    public DatabasePath {
        names = List.copyOf(names);
        String path = regionGroup + "/" + String.join("/", names);
        if (regionGroup.isEmpty() || names.isEmpty()) {
            throw invalid(path, "it names no database");
        }
        Names.check("database", path, regionGroup, "a region group", MAX_NAME_LENGTH, EXPECTED);
        for (String name : names) {
            Names.check("database", path, name, "a database name", MAX_NAME_LENGTH, EXPECTED);
        }
    }

    /** @throws InvalidValueException if the text is no path of a database; whether the region group exists is not looked at */
    public static DatabasePath parse(String text) {
        List<String> segments = List.of(text.split("/", -1));
        if (segments.size() < 2) {
            throw invalid(text, text.isBlank() ? "it is empty" : "it is a region group without a database");
        }
        return new DatabasePath(segments.get(0), segments.subList(1, segments.size()));
    }

    private static InvalidValueException invalid(String path, String why) {
        return new InvalidValueException("database", "`database` is " + shown(path) + ", but " + why + "; " + EXPECTED);
    }

    @Override
    public String toString() {
        return regionGroup + "/" + String.join("/", names);
    }
}
