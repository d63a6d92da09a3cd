package io.snapshotexport.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What something has cost.
 *
 * @param seconds    on the clock
 * @param cpuSeconds on processors, by the parts of {@link Processes}
 * @param bytes      that were read or written
 * @param peakBytes  the client's most resident memory; 0 where that says nothing
 */
public record Measured(double seconds, Map<String, Double> cpuSeconds, long bytes, long peakBytes) {

    private static final String PREFIX = "measured ";

    /** What moves the bytes, and says how many. */
    @FunctionalInterface
    public interface Work {

        long run() throws Exception;
    }

    /**
     * Measures inside a client's process.
     *
     * @param taking the processes that take part, as the starter has named them; the client is this one unless another is named
     */
    public static Measured here(String taking, Work work) throws Exception {
        long self = ProcessHandle.current().pid();
        Processes named = Processes.parse(taking);
        Processes processes = named.byPart().containsKey(Processes.CLIENT) ? named : named.with(Processes.CLIENT, self);
        Map<String, Double> before = processes.cpuSeconds();
        long begin = System.nanoTime();
        long bytes = work.run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Measured(seconds, since(before, processes), bytes, ProcFiles.peakBytes(self));
    }

    static Map<String, Double> since(Map<String, Double> before, Processes processes) {
        Map<String, Double> used = new LinkedHashMap<>(processes.cpuSeconds());
        used.replaceAll((part, now) -> now - before.get(part));
        return used;
    }

    double cpu(String part) {
        return cpuSeconds.getOrDefault(part, 0.0);
    }

    double cpuTotal() {
        return cpuSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** One line, for the log of the process that has measured. */
    public String asLine() {
        return PREFIX + "seconds=" + seconds + " bytes=" + bytes + " peak=" + peakBytes + " "
                + cpuSeconds.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).collect(Collectors.joining(" "));
    }

    /** Reads the line in such a log. */
    static Measured fromLog(String log) {
        String line = log.lines().filter(each -> each.startsWith(PREFIX)).reduce((first, second) -> second)
                .orElseThrow(() -> new IllegalStateException("nothing was measured:\n" + log));
        Map<String, Double> values = new TreeMap<>();
        Arrays.stream(line.substring(PREFIX.length()).split(" ")).map(entry -> entry.split("="))
                .forEach(entry -> values.put(entry[0], Double.parseDouble(entry[1])));
        double seconds = values.remove("seconds");
        long bytes = values.remove("bytes").longValue();
        long peak = values.remove("peak").longValue();
        return new Measured(seconds, values, bytes, peak);
    }
}
