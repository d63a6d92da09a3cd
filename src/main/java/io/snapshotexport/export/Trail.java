package io.snapshotexport.export;

import java.util.List;
import java.util.Objects;

/**
 * What the attempts of an export leave behind for the next one, beside the history that users see.
 *
 * @param files     collection files that one of them may have written
 * @param uploads   multipart uploads that one of them has begun and may have left open
 * @param manifest  whether one of them may have written the manifest, and none has taken it back
 * @param lastCause why the last of them that failed did so, in a sentence for a person; null if none has, or none could tell
 */
public record Trail(PossibleFiles files, List<OpenUpload> uploads, boolean manifest, String lastCause) {

    public static final Trail NONE = new Trail(PossibleFiles.NONE, List.of(), false, null);

    /** In UTF-16 units: a sentence of the service's own, with a server's words in it. */
    private static final int LONGEST_CAUSE = 2_000;

    public Trail {
        Objects.requireNonNull(files, "files");
        uploads = List.copyOf(uploads);
        lastCause = lastCause == null ? null : cut(PlainText.of(lastCause));
    }

    private static String cut(String cause) {
        return cause.length() <= LONGEST_CAUSE ? cause
                : cause.substring(0, cause.offsetByCodePoints(0, cause.codePointCount(0, LONGEST_CAUSE) - 1));
    }

    /**
     * How many attempts the export may have in all. Twice as many as others while its manifest may be in the bucket: Failed would not be
     * true of it, so one of them has to complete it or to take the manifest back.
     *
     * @param usual of an export without a manifest
     */
    public int mostAttempts(int usual) {
        return manifest ? 2 * usual : usual;
    }
}
