package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.SourceCollection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LanePlanTest {

    private static final long MIB = 1 << 20;
    private static final long SMALLEST = 4 * MIB;

    /** The sizes that each collection was cut into. */
    private final Map<String, List<Long>> cuts = new HashMap<>();

    private List<KeyRange> cut(SourceCollection collection, List<Long> sizes) {
        assertThat(cuts.put(collection.name(), sizes)).as("cut once").isNull();
        return IntStream.range(0, sizes.size()).mapToObj(i -> new KeyRange(key(i, 0), key(i + 1, sizes.size()))).toList();
    }

    private static List<String> key(int place, int none) {
        return place == none ? List.of() : List.of(Integer.toString(place));
    }

    private LanePlan plan(int lanes, List<SourceCollection> collections) {
        cuts.clear();
        return LanePlan.of(collections, lanes, SMALLEST, this::cut);
    }

    private LanePlan plan(int lanes, long... mebibytes) {
        return plan(lanes, IntStream.range(0, mebibytes.length).mapToObj(i -> collection(i, mebibytes[i] * MIB)).toList());
    }

    private static SourceCollection collection(int number, long bytes) {
        return new SourceCollection("c" + number, SourceCollection.UNKNOWN, bytes);
    }

    /** The bytes of each lane, ranges as large as they were asked for. */
    private List<Long> loads(LanePlan plan) {
        Map<String, Integer> parts = new HashMap<>();
        return plan.lanes().stream().map(lane -> lane.stream().mapToLong(part -> part.range().equals(KeyRange.ALL)
                ? part.collection().bytes()
                : cuts.get(part.collection().name()).get(parts.merge(part.collection().name(), 1, Integer::sum) - 1)).sum()).toList();
    }

    private static List<String> names(List<LanePlan.Part> lane) {
        return lane.stream().map(part -> part.collection().name() + key(part.range())).toList();
    }

    private static String key(KeyRange range) {
        return range.equals(KeyRange.ALL) ? "" : "[" + String.join("", range.from()) + "," + String.join("", range.to()) + ")";
    }

    @Test
    void smallCollectionsAreGrouped() {
        List<SourceCollection> collections = IntStream.range(0, 200).mapToObj(i -> collection(i, i * MIB / 30)).toList();

        LanePlan plan = plan(4, collections);

        assertThat(cuts).isEmpty();
        assertThat(plan.lanes().stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(
                collections.stream().map(collection -> new LanePlan.Part(collection, KeyRange.ALL)).toList());
        assertThat(Collections.max(loads(plan)) - Collections.min(loads(plan))).isLessThan(MIB);
    }

    @Test
    void largeCollectionIsCutIntoAsManyRangesAsThereAreLanes() {
        LanePlan plan = plan(4, 1000);

        assertThat(plan.lanes().stream().map(LanePlanTest::names))
                .containsExactly(List.of("c0[,1)"), List.of("c0[1,2)"), List.of("c0[2,3)"), List.of("c0[3,)"));
        assertThat(Collections.max(loads(plan)) - Collections.min(loads(plan))).isLessThan(MIB);
    }

    @Test
    void largeCollectionsAreCutWhereALaneIsFullAndSmallOnesFillTheRest() {
        LanePlan plan = plan(3, 1, 400, 300, 100, 2, 3);

        assertThat(names(plan.lanes().get(0))).startsWith("c1[,1)");
        assertThat(names(plan.lanes().get(1))).startsWith("c1[1,)", "c2[,1)");
        assertThat(names(plan.lanes().get(2))).startsWith("c2[1,)", "c3");
        assertThat(plan.lanes().stream().flatMap(List::stream)).hasSize(8);
        assertThat(Collections.max(loads(plan)) - Collections.min(loads(plan))).isLessThanOrEqualTo(4 * MIB);
    }

    @Test
    void loadIsEvenWhateverTheSizes() {
        Random random = new Random(11);
        for (int round = 0; round < 2000; round++) {
            int lanes = 1 + random.nextInt(12);
            LanePlan plan = plan(lanes, LongStream.range(0, 1 + random.nextInt(40)).map(i -> 1L << random.nextInt(11)).toArray());
            List<Long> loads = loads(plan);
            long total = loads.stream().mapToLong(Long::longValue).sum();
            assertThat(plan.lanes()).hasSizeLessThanOrEqualTo(lanes).noneMatch(List::isEmpty);
            assertThat(Collections.max(loads)).as("round %d, %s", round, loads).isLessThanOrEqualTo(total / loads.size() + 4 * SMALLEST);
            assertThat(plan.lanes()).allSatisfy(lane -> assertThat(lane).extracting(part -> part.collection().name()).doesNotHaveDuplicates());
            assertThat(cuts.values()).allSatisfy(sizes -> assertThat(sizes).allMatch(size -> size >= SMALLEST));
        }
    }

    @Test
    void collectionThatCannotBeCutIsOnePart() {
        LanePlan plan = LanePlan.of(List.of(collection(0, 900 * MIB), collection(1, 100 * MIB), collection(2, MIB)), 4, SMALLEST,
                (collection, sizes) -> List.of(KeyRange.ALL));

        assertThat(plan.lanes().stream().map(LanePlanTest::names)).containsExactly(List.of("c0"), List.of("c1"), List.of("c2"));
    }

    @Test
    void isTheSameForTheSameCollectionsInAnyOrder() {
        List<SourceCollection> collections = new ArrayList<>(IntStream.range(0, 50).mapToObj(i -> collection(i, i % 7 * 10 * MIB)).toList());
        LanePlan plan = plan(5, collections);
        Collections.shuffle(collections, new Random(3));

        assertThat(plan(5, collections)).isEqualTo(plan);
    }

    @Test
    void hasNoMoreLanesThanAreWorthwhileAndThanFileNamesCanTell() {
        assertThat(plan(8, 1, 1, 1).lanes()).hasSize(1);
        assertThat(plan(8, 9).lanes()).hasSize(2);
        assertThat(plan(1000, 1_000_000).lanes()).hasSize(100);
        assertThat(plan(8, List.of()).lanes()).isEmpty();
    }
}
