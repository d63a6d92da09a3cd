package io.snapshotexport.bench;

import java.util.Locale;

/** The table, a line at a time, as Markdown: whoever watches a long run sees how far it is. */
final class Report {

    private static final double MEGA = 1e6;
    private static final String HEAD = """

            | data | connections, lanes | what | MB | s | MB/s | CPU s: source | client, worker | S3 server | client, CPU s/GB | client, peak MB | times the limit |
            | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    void head() {
        System.out.print(HEAD);
    }

    void line(String data, int lanes, String what, Measured measured) {
        line(data, lanes, what, measured, Double.NaN);
    }

    /** @param limit in seconds, or not a number where there is none */
    void line(String data, int lanes, String what, Measured measured, double limit) {
        double bytes = measured.bytes();
        System.out.printf(Locale.ROOT, "| %s | %d | %s | %.0f | %.1f | %.0f | %.1f | %.1f | %.1f | %.1f | %s | %s |%n", data, lanes, what,
                bytes / MEGA, measured.seconds(), bytes / MEGA / measured.seconds(), measured.cpu(Processes.SOURCE), measured.cpu(Processes.CLIENT),
                measured.cpu(Processes.S3), measured.cpu(Processes.CLIENT) / bytes * 1e9,
                measured.peakBytes() == 0 ? "" : String.format(Locale.ROOT, "%.0f", measured.peakBytes() / MEGA),
                Double.isNaN(limit) ? "" : String.format(Locale.ROOT, "%.2f", measured.seconds() / limit));
    }

    void note(String text) {
        System.out.println(text);
    }

    /**
     * What no export can beat: it has to read as long as bare COPY does, to write as long as a bare upload, and to do on all processors
     * what both do.
     */
    static double limit(Measured copy, Measured upload) {
        double both = (copy.cpuTotal() + upload.cpuTotal()) / Runtime.getRuntime().availableProcessors();
        return Math.max(both, Math.max(copy.seconds(), upload.seconds()));
    }
}
