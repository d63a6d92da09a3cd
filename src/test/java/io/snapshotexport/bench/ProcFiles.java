package io.snapshotexport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What Linux tells of processes in {@code /proc}, see proc(5). */
final class ProcFiles {

    /** The unit of times there; 100 on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;
    /** Places of utime, stime, cutime and cstime behind the name of the program, which may contain anything. */
    private static final int FIRST_TIME = 11;
    private static final int TIMES = 4;
    private static final String RESET_PEAK = "5";

    private ProcFiles() {
    }

    /** Seconds on processors: of the process, its living children, and those that have ended, which are in its own account then. */
    static double cpuSeconds(long pid) {
        while (true) {
            double own = ownSeconds(pid);
            double children = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).mapToDouble(child -> ownSeconds(child.pid())).sum();
            // Otherwise a child may have ended in between and be counted twice or not at all.
            if (ownSeconds(pid) == own) {
                return own + children;
            }
        }
    }

    private static double ownSeconds(long pid) {
        Path file = Path.of("/proc", Long.toString(pid), "stat");
        try {
            String stat = Files.readString(file);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = 0;
            for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (NoSuchFileException ended) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read; the benchmark needs Linux", e);
        }
    }

    /** From here on {@link #peakBytes} counts anew. */
    static void resetPeak(long pid) {
        try {
            Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), RESET_PEAK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The most resident memory that the process has had. */
    static long peakBytes(long pid) {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
            String peak = lines.stream().filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow();
            return Long.parseLong(peak.replaceAll("\\D", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
