package io.snapshotexport.export;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why an export failed.
 *
 * @param code    for programs
 * @param message for a person: what was wrong, with the offending value, and what to do; made {@link PlainText}, because servers speak in it
 */
public record Failure(Code code, String message) {

    /** For messages of exports whose manifest could not be taken back. */
    public static final String MANIFEST_STAYS = "There may be a `manifest.json` of an attempt that did not end: do not use it.";

    public Failure {
        message = PlainText.of(message);
    }

    /** What kind of failure it was. */
    public enum Code {
        /** The request does not fit the world: no such database, bucket, collection; denied. Ask again differently. */
        VALIDATION_ERROR("validation_error"),
        /** The world stayed shaky through every attempt. Asking again may help. */
        RETRIES_EXHAUSTED("retries_exhausted"),
        /** A defect of the service. */
        INTERNAL_ERROR("internal_error");

        private final String wireName;

        Code(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }

        public static Optional<Code> ofWireName(String name) {
            return Arrays.stream(values()).filter(code -> code.wireName.equals(name)).findFirst();
        }
    }
}
