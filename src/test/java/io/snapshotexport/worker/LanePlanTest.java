package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.source.SourceCollection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LanePlanTest {

    @Test
    void everyCollectionIsInOneLane() {
        List<SourceCollection> collections = IntStream.range(0, 57).mapToObj(i -> new SourceCollection("c" + i, i * 100L)).toList();

        LanePlan plan = LanePlan.of(collections, 4);

        assertThat(plan.lanes()).hasSize(4);
        assertThat(plan.lanes().stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(collections);
    }

    @Test
    void theLoadIsEven() {
        List<SourceCollection> collections = IntStream.range(0, 200).mapToObj(i -> new SourceCollection("c" + i, i * 10L)).toList();

        List<Long> loads = LanePlan.of(collections, 4).lanes().stream()
                .map(lane -> lane.stream().mapToLong(SourceCollection::documentsEstimated).sum()).toList();

        assertThat(Collections.max(loads) - Collections.min(loads)).isLessThan(200);
    }

    @Test
    void isTheSameForTheSameCollectionsInAnyOrder() {
        List<SourceCollection> collections = new ArrayList<>(IntStream.range(0, 50).mapToObj(i -> new SourceCollection("c" + i, i % 7)).toList());
        LanePlan plan = LanePlan.of(collections, 5);
        Collections.shuffle(collections, new Random(3));

        assertThat(LanePlan.of(collections, 5)).isEqualTo(plan);
    }

    @Test
    void hasNoMoreLanesThanCollectionsAndFileNames() {
        assertThat(LanePlan.of(List.of(new SourceCollection("a", SourceCollection.UNKNOWN)), 8).lanes()).hasSize(1);
        assertThat(LanePlan.of(IntStream.range(0, 500).mapToObj(i -> new SourceCollection("c" + i, 1)).toList(), 1000).lanes()).hasSize(100);
        assertThat(LanePlan.of(List.of(), 8).lanes()).hasSize(1);
    }
}
