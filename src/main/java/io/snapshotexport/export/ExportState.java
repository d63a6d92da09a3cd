package io.snapshotexport.export;

import java.util.Arrays;
import java.util.Optional;

/** {@code Pending -> InProgress -> Complete | Failed}. */
public enum ExportState {

    /** Accepted, waiting for a worker. */
    PENDING("Pending"),
    /** A worker runs it. */
    IN_PROGRESS("InProgress"),
    /** The manifest is written. Final. */
    COMPLETE("Complete"),
    /** It will not be completed; the failure says why. Final. */
    FAILED("Failed");

    private final String wireName;

    ExportState(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public boolean isTerminal() {
        return this == COMPLETE || this == FAILED;
    }

    public static Optional<ExportState> ofWireName(String name) {
        return Arrays.stream(values()).filter(state -> state.wireName.equals(name)).findFirst();
    }
}
