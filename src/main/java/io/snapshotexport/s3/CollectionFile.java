package io.snapshotexport.s3;

/**
 * A collection file's place in an export.
 *
 * @param collection the collection's name
 * @param lane       0 to 99, the HOST_ID in the file's name
 * @param index      0 to 999,999, counted for each collection and lane
 */
public record CollectionFile(String collection, int lane, int index) {
}
