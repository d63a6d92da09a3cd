package io.snapshotexport.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Prints what exports cost beside what they cannot cost less than, and beside what one would do by hand. Properties:
 * {@code bench.documents} of the shop (2,500,000; a tenth of them wide rows), {@code bench.data} ({@code shop,wide}), {@code bench.lanes}
 * ({@code 1,2,4}), {@code bench.formats} ({@code simple,tagged}), {@code bench.gzip} ({@code false,true}), {@code bench.times} that each is
 * run ({@code 3}: the line is the median), {@code bench.hand} ({@code true}), {@code bench.heap} of the worker ({@code 256m}),
 * {@code bench.keep} the loaded databases for the next run ({@code false}), and {@code bench.profile} ({@code false}): a Flight Recording of
 * the worker for each export.
 */
class ExportBenchmark {

    private static final String WARM_PATH = "warm";
    private static final int WARM_UPS = 20;
    static final String PATH = "measured";

    private final Report report = new Report();

    @Test
    void exportsBesideTheLimitOfTheMachine() {
        BenchOptions options = BenchOptions.fromProperties();
        try (BenchSystem system = BenchSystem.start(options.directory())) {
            BenchDatabase warm = warm(system);
            List<BenchDatabase> databases = options.data().stream()
                    .map(data -> system.database("bench_" + data, data).grownTo(options.documents(data))).toList();
            report.head();
            for (int lanes : options.lanes()) {
                system.startWorker(lanes, options.heap());
                warmUp(system, warm, options);
                for (BenchDatabase database : databases) {
                    measure(system, database, warm, lanes, options);
                }
            }
            if (options.byHand()) {
                databases.forEach(database -> new ByHand(system, report, options.heap()).run(database));
            }
        } finally {
            options.discard();
        }
    }

    /** Small, and with all that the others have. */
    static BenchDatabase warm(BenchSystem system) {
        system.database("bench_warm", "wide").grownTo(20_000);
        return system.database("bench_warm", "shop").grownTo(200_000);
    }

    /** Until the worker's code is compiled: a process that has just been started is slower, and that is not what is measured here. */
    static void warmUp(BenchSystem system, BenchDatabase warm, BenchOptions options) {
        for (int i = 0; i < WARM_UPS; i++) {
            system.export(warm, options.variants().get(i % options.variants().size()), WARM_PATH);
            system.delete(WARM_PATH);
        }
    }

    /** The export of the middle; what the last one has written is left. */
    static Measured median(BenchSystem system, BenchDatabase database, Variant variant, int times) {
        return median(Stream.generate(() -> {
            system.delete(PATH);
            return system.export(database, variant, PATH);
        }).limit(times).toList());
    }

    private static Measured median(List<Measured> runs) {
        return runs.stream().sorted(Comparator.comparingDouble(Measured::seconds)).toList().get(runs.size() / 2);
    }

    /** In rounds: what else the machine is doing meanwhile, exports and bare runs bear alike. */
    private void measure(BenchSystem system, BenchDatabase database, BenchDatabase warm, int lanes, BenchOptions options) {
        BareRuns bare = new BareRuns(system, options.heap());
        List<Measured> copies = new ArrayList<>();
        Map<Variant, List<Measured>> exports = new HashMap<>();
        Map<Variant, List<Measured>> uploads = new HashMap<>();
        for (int round = 0; round < options.times(); round++) {
            copies.add(bare.copy(database, warm, lanes));
            for (Variant variant : options.variants()) {
                Supplier<Measured> export = () -> system.export(database, variant, PATH);
                String profile = database.name() + "-" + lanes + "-" + variant.words() + "-" + round;
                exports.computeIfAbsent(variant, first -> new ArrayList<>())
                        .add(options.profile() ? Profile.of(system.workerPid(), profile, export) : export.get());
                uploads.computeIfAbsent(variant, first -> new ArrayList<>()).add(bare.upload(system.files(PATH)));
                system.delete(PATH);
            }
        }
        Measured copy = median(copies);
        report.line(database.name(), lanes, "bare COPY", copy);
        for (Variant variant : options.variants()) {
            Measured upload = median(uploads.get(variant));
            report.line(database.name(), lanes, "bare upload, " + variant.words(), upload);
            report.line(database.name(), lanes, "**export, " + variant.words() + "**", median(exports.get(variant)), Report.limit(copy, upload));
        }
    }
}
