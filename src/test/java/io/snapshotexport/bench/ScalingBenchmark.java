package io.snapshotexport.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Twice the data, twice the time, the same memory: the shop at 0.5, 1, 2 and 4 GB, by one worker. Disk: about three times the largest. */
class ScalingBenchmark {

    private static final List<Long> DOCUMENTS = List.of(1_220_000L, 2_440_000L, 4_880_000L, 9_760_000L);
    /** Of what twice the data may take twice: machines that run much else are not steady. */
    private static final double UNSTEADY = 1.25;

    private final Report report = new Report();

    @Test
    void costIsLinear() {
        BenchOptions options = BenchOptions.fromProperties();
        try (BenchSystem system = BenchSystem.start(options.directory())) {
            BenchDatabase warm = ExportBenchmark.warm(system);
            Variant variant = options.variants().get(0);
            system.startWorker(options.lanes().get(options.lanes().size() / 2), options.heap());
            ExportBenchmark.warmUp(system, warm, options);
            report.head();
            List<Measured> grown = new ArrayList<>();
            for (long documents : DOCUMENTS) {
                BenchDatabase shop = system.database("bench_scaling", "shop").grownTo(documents);
                Measured export = ExportBenchmark.median(system, shop, variant, options.times());
                system.delete(ExportBenchmark.PATH);
                grown.add(export);
                report.line(shop.name(), options.lanes().get(options.lanes().size() / 2), "export, " + variant.format() + ", "
                        + documents + " documents", export);
            }
            Measured least = grown.get(0);
            assertThat(grown).allSatisfy(export -> {
                double times = (double) export.bytes() / least.bytes();
                assertThat(export.seconds()).as("seconds").isLessThan(least.seconds() * times * UNSTEADY);
                assertThat(export.peakBytes()).as("memory").isLessThan((long) (least.peakBytes() * UNSTEADY));
            });
        } finally {
            options.discard();
        }
    }
}
