package io.snapshotexport.export;

import java.util.Arrays;
import java.util.Optional;

/** How the values of a document become JSON. */
public enum DocumentFormat {

    /** Values as plain JSON, without their types. */
    SIMPLE("simple"),
    /** Values with their types: {@code {"@int":"42"}}. */
    TAGGED("tagged");

    private final String wireName;

    DocumentFormat(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<DocumentFormat> ofWireName(String name) {
        return Arrays.stream(values()).filter(format -> format.wireName.equals(name)).findFirst();
    }
}
