package io.snapshotexport.bench;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Twice the data, twice the time, the same memory: the shop at 0.5, 1, 2 and 4 GB, by one worker. Disk: about three times the largest. */
class ScalingBenchmark {

    private static final List<Long> DOCUMENTS = List.of(1_000_000L, 2_000_000L, 4_000_000L, 8_000_000L);
    private static final String PATH = "measured";

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
            for (long documents : DOCUMENTS) {
                BenchDatabase shop = system.database("bench_scaling", "shop").grownTo(documents);
                Measured export = system.export(shop, variant, PATH);
                system.delete(PATH);
                report.line(shop.name(), options.lanes().get(options.lanes().size() / 2), "export, " + variant.format() + ", "
                        + documents + " documents", export);
            }
        } finally {
            options.discard();
        }
    }
}
