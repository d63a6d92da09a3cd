package io.snapshotexport.source.postgres;

/**
 * Something in the schema that has rows.
 *
 * @param rowsEstimated -1 if the table was never analyzed
 * @param keyed         whether it has a primary key
 * @param readable      whether the source's user may read it
 * @param filtered      whether row-level security hides rows from the source's user
 * @param ofExtension   whether an extension created it
 * @param unreplicated  whether it is unlogged and this server a replica, which has no rows of such a table
 */
record Relation(long oid, String name, Kind kind, long rowsEstimated, boolean keyed, boolean readable, boolean filtered,
        boolean ofExtension, boolean unreplicated) {

    enum Kind {
        TABLE("a table"), PARTITIONED("a table"), PARTITION("a partition of a table, which is exported as a whole"),
        VIEW("a view, not a table"), MATERIALIZED_VIEW("a materialized view, not a table"), FOREIGN("a foreign table");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        static Kind of(String relkind, boolean partition) {
            return partition ? PARTITION : switch (relkind) {
                case "r" -> TABLE;
                case "p" -> PARTITIONED;
                case "v" -> VIEW;
                case "m" -> MATERIALIZED_VIEW;
                default -> FOREIGN;
            };
        }

        boolean isCollection() {
            return this == TABLE || this == PARTITIONED;
        }

        String words() {
            return words;
        }
    }

    /** How SQL names its rows: without those of inheritance children, which are collections themselves. */
    String from(String schema) {
        return (kind == Kind.TABLE ? "ONLY " : "") + Identifiers.quoted(schema) + "." + Identifiers.quoted(name);
    }
}
