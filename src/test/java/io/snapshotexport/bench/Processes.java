package io.snapshotexport.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The processes whose time on processors is measured, by their parts in an export: {@value #SOURCE}, {@value #CLIENT}, and so on.
 *
 * @param byPart one process each
 */
record Processes(Map<String, Long> byPart) {

    static final String SOURCE = "source";
    /** Who reads from the source, or writes to S3: the worker, or what stands in its place. */
    static final String CLIENT = "client";
    static final String S3 = "s3";

    Processes with(String part, long pid) {
        Map<String, Long> more = new LinkedHashMap<>(byPart);
        more.put(part, pid);
        return new Processes(more);
    }

    Map<String, Double> cpuSeconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        byPart.forEach((part, pid) -> seconds.put(part, ProcFiles.cpuSeconds(pid)));
        return seconds;
    }

    /** For the command line of another process. */
    String asArgument() {
        return byPart.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).collect(Collectors.joining(","));
    }

    static Processes parse(String argument) {
        Map<String, Long> byPart = new LinkedHashMap<>();
        Arrays.stream(argument.split(",")).map(entry -> entry.split("=")).forEach(entry -> byPart.put(entry[0], Long.parseLong(entry[1])));
        return new Processes(byPart);
    }
}
