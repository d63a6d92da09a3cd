package io.snapshotexport.export;

import java.util.Objects;

/**
 * What the attempts of an export leave behind for the next one, beside the history that users see.
 *
 * @param files     collection files that one of them may have written
 * @param lastCause why the last of them that failed did so, in a sentence for a person; null if none has, or none could tell
 */
public record Trail(PossibleFiles files, String lastCause) {

    public static final Trail NONE = new Trail(PossibleFiles.NONE, null);

    /** In UTF-16 units: a sentence of the service's own, with a server's words in it. */
    private static final int LONGEST_CAUSE = 2_000;

    public Trail {
        Objects.requireNonNull(files, "files");
        lastCause = lastCause == null ? null : cut(PlainText.of(lastCause));
    }

    private static String cut(String cause) {
        return cause.length() <= LONGEST_CAUSE ? cause
                : cause.substring(0, cause.offsetByCodePoints(0, cause.codePointCount(0, LONGEST_CAUSE) - 1));
    }
}
