package io.snapshotexport.worker;

import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.SourceCollection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which lane exports what. A plain value, from which any worker can run any lane; the same plan on the same snapshot gives the same
 * files. A lane has at most one range of a collection.
 *
 * @param lanes the parts of each lane, in the order in which it exports them
 */
record LanePlan(List<List<Part>> lanes) {

    /** File names have two digits for the lane. */
    static final int MOST_LANES = 100;

    /** What a collection costs beside its bytes: a query and a request, which take as long as reading about so much. */
    private static final long COLLECTION_BYTES = 256 * 1024;

    /** A collection, or a range of its documents. */
    record Part(SourceCollection collection, KeyRange range) {
    }

    /** Cuts a collection into ranges of the given sizes; see {@link io.snapshotexport.source.Snapshot#cut}. */
    @FunctionalInterface
    interface Cutting {

        List<KeyRange> cut(SourceCollection collection, List<Long> sizes);
    }

    /**
     * Gives every lane about the same number of bytes to read, or uses fewer lanes where that would be less than the smallest range.
     * Large collections fill one lane after the other and are cut where a lane is full; so there are fewer cuts than lanes. Small
     * ones are then dealt out whole, the largest first, each to the lane that has least to do.
     *
     * @param smallestRange in bytes; no smaller range is cut
     */
    static LanePlan of(List<SourceCollection> collections, int mostLanes, long smallestRange, Cutting cutting) {
        long total = collections.stream().mapToLong(LanePlan::cost).sum();
        long worthwhile = Math.max(1, total / Math.max(1, smallestRange));
        Draft draft = new Draft((int) Math.max(1, Math.min(Math.min(mostLanes, MOST_LANES), worthwhile)), total, smallestRange);
        List<SourceCollection> largestFirst = collections.stream()
                .sorted(Comparator.comparingLong(SourceCollection::bytes).reversed().thenComparing(SourceCollection::name)).toList();
        for (SourceCollection collection : largestFirst) {
            if (collection.bytes() < 2 * smallestRange || !draft.addInRanges(collection, cutting)) {
                draft.addWhole(collection);
            }
        }
        return new LanePlan(draft.lanes.stream().filter(lane -> !lane.isEmpty()).map(List::copyOf).toList());
    }

    private static long cost(SourceCollection collection) {
        return collection.bytes() + COLLECTION_BYTES;
    }

    /** Lanes that are being filled. */
    private static final class Draft {

        private final List<List<Part>> lanes = new ArrayList<>();
        private final long[] load;
        private final long target;
        private final long smallestRange;
        /** Large collections go on here: lanes before it are full. */
        private int at;

        Draft(int count, long total, long smallestRange) {
            for (int lane = 0; lane < count; lane++) {
                lanes.add(new ArrayList<>());
            }
            this.load = new long[count];
            this.target = (total + count - 1) / count;
            this.smallestRange = smallestRange;
        }

        /** Returns false if all lanes are full. */
        boolean addInRanges(SourceCollection collection, Cutting cutting) {
            while (at < lanes.size() && target - load[at] < smallestRange) {
                at++;
            }
            if (at == lanes.size()) {
                return false;
            }
            List<Long> sizes = new ArrayList<>();
            long left = cost(collection);
            for (int lane = at; lane < lanes.size() - 1 && left - (target - load[lane]) >= smallestRange; lane++) {
                sizes.add(target - load[lane]);
                left -= target - load[lane];
            }
            sizes.add(left);
            List<KeyRange> ranges = sizes.size() == 1 ? List.of(KeyRange.ALL) : cutting.cut(collection, sizes);
            left = cost(collection);
            for (int i = 0; i < ranges.size(); i++) {
                long size = i < ranges.size() - 1 ? sizes.get(i) : left;
                add(at + i, new Part(collection, ranges.get(i)), size);
                left -= size;
            }
            at += ranges.size() - 1;
            return true;
        }

        void addWhole(SourceCollection collection) {
            int idlest = 0;
            for (int lane = 1; lane < lanes.size(); lane++) {
                idlest = load[lane] < load[idlest] ? lane : idlest;
            }
            add(idlest, new Part(collection, KeyRange.ALL), cost(collection));
        }

        private void add(int lane, Part part, long size) {
            lanes.get(lane).add(part);
            load[lane] += size;
        }
    }
}
