package io.snapshotexport.export;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The collection files that may lie at an export's destination: whoever writes one has said so in the state log before. What is not
 * named here does not exist; what is named here may. Bounded, so that it fits into a record.
 *
 * @param counts for each collection, for each lane, how many files at most: those with the indices from 0 on
 */
public record PossibleFiles(SortedMap<String, SortedMap<Integer, Integer>> counts) {

    public static final PossibleFiles NONE = new PossibleFiles(Collections.emptySortedMap());

    /** Of a collection in one lane: their names have six digits for the index. */
    public static final int MOST_FILES = 1_000_000;

    /** Together, as JSON, in bytes. A record of Kafka's may have 1 MiB, and the request in it 128 KiB. */
    static final int MOST_BYTES = 512 * 1024;
    /** For each collection and lane: {@code "12":1000000,}. */
    private static final int LANE_BYTES = 13;
    /** For each collection: {@code "":{},}. */
    private static final int COLLECTION_BYTES = 6;

    public PossibleFiles {
        SortedMap<String, SortedMap<Integer, Integer>> copy = new TreeMap<>();
        counts.forEach((collection, lanes) -> copy.put(collection, Collections.unmodifiableSortedMap(new TreeMap<>(lanes))));
        counts = Collections.unmodifiableSortedMap(copy);
    }

    public boolean isEmpty() {
        return counts.isEmpty();
    }

    /** How many files of the collection the lane may have written. */
    public int count(String collection, int lane) {
        SortedMap<Integer, Integer> lanes = counts.get(collection);
        return lanes == null ? 0 : lanes.getOrDefault(lane, 0);
    }

    /** How many files these are in all. */
    public long total() {
        return counts.values().stream().flatMap(lanes -> lanes.values().stream()).mapToLong(Integer::longValue).sum();
    }

    /** Counts them up; a copy can be taken at any time. Not thread-safe. */
    public static final class Builder {

        private final SortedMap<String, SortedMap<Integer, Integer>> counts = new TreeMap<>();
        private long bytes;

        /** Adds all of the others, whatever the bound: they were within it when they were written. */
        public Builder addAll(PossibleFiles others) {
            others.counts.forEach((collection, lanes) -> lanes.forEach((lane, count) -> put(collection, lane, count)));
            return this;
        }

        /**
         * Says that the lane may write so many files of the collection, if it has not been said that it may write more.
         *
         * @return false if there is no room to say so
         */
        public boolean add(String collection, int lane, int count) {
            if (!holds(collection, lane) && bytes + cost(collection, lane) > MOST_BYTES) {
                return false;
            }
            put(collection, lane, count);
            return true;
        }

        private boolean holds(String collection, int lane) {
            return counts.containsKey(collection) && counts.get(collection).containsKey(lane);
        }

        private void put(String collection, int lane, int count) {
            if (!holds(collection, lane)) {
                bytes += cost(collection, lane);
            }
            counts.computeIfAbsent(collection, first -> new TreeMap<>()).merge(lane, count, Math::max);
        }

        private long cost(String collection, int lane) {
            return LANE_BYTES + (counts.containsKey(collection) ? 0 : COLLECTION_BYTES + jsonBytes(collection));
        }

        public PossibleFiles build() {
            return counts.isEmpty() ? NONE : new PossibleFiles(counts);
        }
    }

    /** At most: what JSON escapes takes six bytes, another character three for each of its UTF-16 units. */
    private static int jsonBytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : 3;
        }
        return bytes;
    }
}
