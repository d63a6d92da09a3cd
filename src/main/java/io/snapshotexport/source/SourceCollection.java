package io.snapshotexport.source;

/**
 * A collection of a snapshot.
 *
 * @param name               its name as the user knows it
 * @param documentsEstimated about how many documents it has, {@link #UNKNOWN} if the source has no idea
 */
public record SourceCollection(String name, long documentsEstimated) {

    public static final long UNKNOWN = -1;
}
