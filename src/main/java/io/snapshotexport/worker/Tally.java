package io.snapshotexport.worker;

import io.snapshotexport.export.Progress;
import io.snapshotexport.source.SourceCollection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What an attempt has done so far. Lanes count, the heartbeat reads. */
final class Tally {

    private final LongAdder documents = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder files = new LongAdder();
    private final LongAdder collectionsDone = new LongAdder();
    private final Map<String, Integer> partsLeft = new ConcurrentHashMap<>();
    private volatile int collectionsTotal;
    private volatile long documentsEstimated = SourceCollection.UNKNOWN;
    private volatile Instant snapshotTs;

    void snapshotTaken(Instant takenAt, List<SourceCollection> collections) {
        collectionsTotal = collections.size();
        documentsEstimated = collections.stream().anyMatch(collection -> collection.documentsEstimated() < 0)
                ? SourceCollection.UNKNOWN
                : collections.stream().mapToLong(SourceCollection::documentsEstimated).sum();
        snapshotTs = takenAt;
    }

    void documentWritten() {
        documents.increment();
    }

    void bytesWritten(long count) {
        bytes.add(count);
    }

    void fileBegun() {
        files.increment();
    }

    void planned(LanePlan plan) {
        plan.lanes().forEach(lane -> lane.forEach(part -> partsLeft.merge(part.collection().name(), 1, Integer::sum)));
    }

    /** A lane is done with what it has of the collection, which is done when all lanes are. */
    void partDone(String collection) {
        if (partsLeft.computeIfPresent(collection, (name, left) -> left == 1 ? null : left - 1) == null) {
            collectionsDone.increment();
        }
    }

    /** When the snapshot was taken, or null. */
    Instant snapshotTs() {
        return snapshotTs;
    }

    Progress progress() {
        return new Progress(collectionsTotal, collectionsDone.intValue(), documents.sum(), bytes.sum(), files.sum(), documentsEstimated);
    }
}
