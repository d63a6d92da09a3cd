package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.local.ShippedProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * What a process of the service holds.
 *
 * @param threads           of the process, by the beginning of their names, without numbers
 * @param files             open files, sockets among them
 * @param heapKibibytes     in use after a collection
 * @param residentKibibytes all of its memory, as the system sees it
 */
record Footprint(Map<String, Integer> threads, int files, int heapKibibytes, int residentKibibytes) {

    /** Idle threads of pools and idle connections come and go; a leak of a storm is many times that. */
    private static final int THREADS_THAT_COME_AND_GO = 16;
    /** An idle thread ends after half a minute in one pool, after a minute in others. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(75);
    private static final int FILES_THAT_COME_AND_GO = 40;
    private static final int HEAP_THAT_COMES_AND_GOES = 16 * 1024;
    /** The buffers of all lanes in all slots, which are kept, 60 MiB, and compiled code: a process that has had little to do has not all yet. */
    private static final int MEMORY_THAT_COMES = 160 * 1024;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    static Map<String, Footprint> of(CrashSystem system) {
        Map<String, Footprint> all = new TreeMap<>();
        system.services().forEach((name, service) -> all.put(name, of(service.pid())));
        return all;
    }

    private static Footprint of(long pid) {
        Path proc = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
            int open = (int) files.count();
            // A native executable does not tell.
            int heap = ShippedProgram.ofTheBuild().isNative() ? 0 : heapKibibytes(pid);
            String status = Files.readString(proc.resolve("status"));
            return new Footprint(threads(proc), open, heap, number(RESIDENT, status));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Integer> threads(Path proc) throws IOException {
        Map<String, Integer> threads = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(proc.resolve("task"))) {
            for (Path task : tasks.toList()) {
                try {
                    threads.merge(Files.readString(task.resolve("comm")).replaceAll("[-\\d\\s]+", "-"), 1, Integer::sum);
                } catch (NoSuchFileException e) {
                    // It has ended since it was listed.
                    continue;
                }
            }
        }
        return threads;
    }

    private int threadCount() {
        return threads.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static int number(Pattern pattern, String status) {
        Matcher number = pattern.matcher(status);
        assertThat(number.find()).as(status).isTrue();
        return Integer.parseInt(number.group(1));
    }

    private static int heapKibibytes(long pid) throws IOException {
        jcmd(pid, "GC.run");
        // Everything that lives is old now; what is young has come since, and most of it is garbage already.
        int heap = jcmd(pid, "GC.heap_info").lines().filter(line -> line.toLowerCase(Locale.ROOT).contains("tenured"))
                .map(USED::matcher).filter(Matcher::find).mapToInt(used -> Integer.parseInt(used.group(1))).sum();
        assertThat(heap).as("heap of process " + pid).isPositive();
        return heap;
    }

    static String jcmd(long pid, String command) throws IOException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true).start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static int most(List<Footprint> footprints, ToIntFunction<Footprint> what) {
        return footprints.stream().mapToInt(what).max().orElseThrow();
    }

    /** Waits for as long as threads and connections that nobody needs any more are kept: what has not gone then is held. */
    static void awaitBack(Map<String, Footprint> before, CrashSystem system) {
        Awaitility.await().atMost(LONGEST_IDLE).pollInterval(Duration.ofSeconds(5)).pollDelay(Duration.ZERO)
                .untilAsserted(() -> areBack(before, of(system)));
        System.out.printf("Footprints before %s%n            after %s%n", before, of(system));
    }

    private static void areBack(Map<String, Footprint> before, Map<String, Footprint> after) {
        after.forEach((name, now) -> {
            // Not every worker has had the same to do before: the busiest of its role tells what is usual.
            List<Footprint> then = before.entrySet().stream().filter(other -> other.getKey().charAt(0) == name.charAt(0))
                    .map(Map.Entry::getValue).toList();
            assertThat(now.threadCount()).as("threads of %s: %s", name, now.threads())
                    .isLessThanOrEqualTo(most(then, Footprint::threadCount) + THREADS_THAT_COME_AND_GO);
            assertThat(now.files()).as("open files of " + name).isLessThanOrEqualTo(most(then, Footprint::files) + FILES_THAT_COME_AND_GO);
            assertThat(now.heapKibibytes()).as("heap of " + name)
                    .isLessThanOrEqualTo(most(then, Footprint::heapKibibytes) + HEAP_THAT_COMES_AND_GOES);
            assertThat(now.residentKibibytes()).as("resident memory of " + name)
                    .isLessThanOrEqualTo(most(then, Footprint::residentKibibytes) + MEMORY_THAT_COMES);
        });
    }
}
