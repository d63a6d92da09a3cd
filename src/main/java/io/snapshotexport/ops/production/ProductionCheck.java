package io.snapshotexport.ops.production;

/** One look at one thing that must not be so in production. */
interface ProductionCheck {

    /** How bad it is. */
    enum Severity {
        /** The process does not start. */
        SEVERE,
        /** The log has a warning. */
        WARNING
    }

    /** What it is ignored by. */
    String name();

    Severity severity();
}
