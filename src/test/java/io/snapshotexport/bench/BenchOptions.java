package io.snapshotexport.bench;

import io.snapshotexport.embedded.TestClassPath;
import io.snapshotexport.local.DataDirectory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the system properties {@code bench.*} say; {@link ExportBenchmark} lists them. */
record BenchOptions(long documents, List<String> data, List<Integer> lanes, List<Variant> variants, boolean byHand, String heap, int times,
                    boolean keep, boolean profile) {

    private static final int SHOP_FOR_EACH_WIDE = 10;

    static BenchOptions fromProperties() {
        List<Boolean> gzip = list("bench.gzip", "false,true").map(Boolean::valueOf).toList();
        return new BenchOptions(Long.getLong("bench.documents", 2_500_000L),
                list("bench.data", "shop,wide").toList(),
                list("bench.lanes", "1,2,4").map(Integer::valueOf).toList(),
                list("bench.formats", "simple,tagged").flatMap(format -> gzip.stream().map(zipped -> new Variant(format, zipped))).toList(),
                Boolean.parseBoolean(System.getProperty("bench.hand", "true")),
                System.getProperty("bench.heap", "256m"),
                Integer.getInteger("bench.times", 3),
                Boolean.getBoolean("bench.keep"),
                Boolean.getBoolean("bench.profile"));
    }

    private static Stream<String> list(String property, String otherwise) {
        return Arrays.stream(System.getProperty(property, otherwise).split(","));
    }

    /** Of the database made by that script. */
    long documents(String script) {
        return script.equals("wide") ? documents / SHOP_FOR_EACH_WIDE : documents;
    }

    /** Where everything lies while it is measured. */
    Path directory() {
        return TestClassPath.buildDirectory().resolve("bench");
    }

    /** Frees the disk. */
    void discard() {
        if (!keep) {
            DataDirectory.deleteAll(directory());
        }
    }
}
