package io.snapshotexport.format;

/** How documents are written where they are stored. */
public enum StoredDocuments {

    /** Ordinary JSON: numbers are numbers, and a key that begins with {@code @} is a key like any other. */
    PLAIN,

    /** The tagged format: an object with one key that begins with {@code @} is a value of the type that the key names. */
    TAGGED
}
