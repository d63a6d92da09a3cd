package io.snapshotexport.source.postgres;

/** Names in SQL. */
final class Identifiers {

    private Identifiers() {
    }

    /** The name as an identifier, whatever characters it has. */
    static String quoted(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name in PostgreSQL has no zero character");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
