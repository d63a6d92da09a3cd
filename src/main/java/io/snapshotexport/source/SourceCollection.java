package io.snapshotexport.source;

/**
 * A collection of a snapshot.
 *
 * @param name               its name as the user knows it
 * @param documentsEstimated about how many documents it has, {@link #UNKNOWN} if the source has no idea
 * @param bytes              about how many bytes the source has to read for it
 */
public record SourceCollection(String name, long documentsEstimated, long bytes) {

    public static final long UNKNOWN = -1;
}
