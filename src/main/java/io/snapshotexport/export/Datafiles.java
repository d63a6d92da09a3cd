package io.snapshotexport.export;

import java.util.Objects;

/**
 * What the collection files of an export are.
 *
 * @param format      how documents are put together
 * @param compression whether each file is compressed by gzip
 */
public record Datafiles(DatafileFormat format, boolean compression) {

    /** Where a request says nothing: plain JSON arrays. */
    public static final Datafiles DEFAULT = new Datafiles(DatafileFormat.JSON, false);

    public Datafiles {
        Objects.requireNonNull(format, "format");
    }

    public boolean isDefault() {
        return equals(DEFAULT);
    }

    /** What the files' names end with, after the dot: {@code json}, {@code jsonl}, {@code json.gz} or {@code jsonl.gz}. */
    public String extension() {
        return compression ? format.wireName() + ".gz" : format.wireName();
    }
}
