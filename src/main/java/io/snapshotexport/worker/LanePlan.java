package io.snapshotexport.worker;

import io.snapshotexport.source.SourceCollection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which lane exports which collections. The same collections and estimates always give the same plan, and so the same files.
 *
 * @param lanes the collections of each lane, in the order in which it exports them
 */
record LanePlan(List<List<SourceCollection>> lanes) {

    /** File names have two digits for the lane. */
    static final int MOST_LANES = 100;

    /** Deals the collections out, the largest first, each to the lane that has least to do. */
    static LanePlan of(List<SourceCollection> collections, int mostLanes) {
        int count = Math.max(1, Math.min(Math.min(mostLanes, MOST_LANES), collections.size()));
        List<List<SourceCollection>> lanes = new ArrayList<>();
        long[] load = new long[count];
        for (int lane = 0; lane < count; lane++) {
            lanes.add(new ArrayList<>());
        }
        collections.stream()
                .sorted(Comparator.comparingLong(SourceCollection::documentsEstimated).reversed().thenComparing(SourceCollection::name))
                .forEach(collection -> {
                    int idlest = 0;
                    for (int lane = 1; lane < count; lane++) {
                        idlest = load[lane] < load[idlest] ? lane : idlest;
                    }
                    lanes.get(idlest).add(collection);
                    // The one is for the file itself: many empty collections are work, too.
                    load[idlest] += Math.max(0, collection.documentsEstimated()) + 1;
                });
        return new LanePlan(lanes);
    }
}
