package io.snapshotexport.source;

import java.util.List;

/**
 * A range of the documents of a collection, in the order of their ids. A plain value: what one process has cut, another one can read,
 * on the same snapshot.
 *
 * @param from the key that the range begins with, in words of the source that cut it; empty if it begins with the first document
 * @param to   the key before which it ends; empty if it ends with the last document
 */
public record KeyRange(List<String> from, List<String> to) {

    /** The whole collection. */
    public static final KeyRange ALL = new KeyRange(List.of(), List.of());

    public KeyRange {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }
}
