package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How soon each role is there, what it takes while it has nothing to do, and how large it is: the jar, and the native executable where the build
 * has made one. No part of {@code verify}: the README has its command. Needs Linux.
 */
class StartAndMemory {

    private static final int STARTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final double MB = 1e6;
    /** About twice what was measured: the goals, 80 ms and 90 MB, are reached in part. */
    private static final double NATIVE_START_MILLIS = 200;
    private static final double NATIVE_RESIDENT_MB = 200;
    private static final Pattern STARTED = Pattern.compile("started in ([0-9.]+)s");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    @TempDir
    Path directory;

    /** As the manifests start them. */
    private enum Role {
        API("512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
        WORKER("1g");

        private final String heap;
        private final String[] jvmOptions;

        Role(String heap, String... jvmOptions) {
            this.heap = heap;
            this.jvmOptions = jvmOptions;
        }
    }

    /**
     * Medians of some starts.
     *
     * @param answerMillis  from the start of the process until it answers that it is alive
     * @param readyMillis   until it is ready; none without its servers
     * @param startedMillis what Quarkus says that its start took
     * @param residentMb   idle
     */
    private record Row(ShippedProgram program, Role role, boolean servers, double answerMillis, Optional<Double> readyMillis, double startedMillis,
                       double residentMb) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "| %s | %s | %s | %.0f | %s | %.0f | %.0f |", program.isNative() ? "native" : "JVM",
                    role.name().toLowerCase(Locale.ROOT), servers ? "there" : "away", answerMillis,
                    readyMillis.map(millis -> String.format(Locale.ROOT, "%.0f", millis)).orElse("-"), startedMillis, residentMb);
        }
    }

    @Test
    void ofEachRole() {
        DataDirectory data = DataDirectory.open(directory);
        List<Row> rows = new ArrayList<>();
        List<ShippedProgram> programs = Stream.concat(Stream.of(ShippedProgram.jar()), ShippedProgram.executable().stream()).toList();
        ServiceSettings away = ServiceSettings.of(data, "127.0.0.1:1").with("snapshot-export.store.url", "postgresql://127.0.0.1:1/away");
        measure(rows, programs, away, false);
        try (EmbeddedServers servers = EmbeddedServers.start(data)) {
            ServiceSettings there = ServiceSettings.of(servers, data);
            // The topics and the schema are made by whoever is first.
            start(programs.get(0), Role.API, there, true);
            measure(rows, programs, there, true);
        }

        System.out.printf("%n| program | role | its servers | answers after ms | ready after ms | \"started in\" ms | resident MB idle |%n"
                + "| --- | --- | --- | ---: | ---: | ---: | ---: |%n");
        rows.forEach(System.out::println);
        System.out.println();
        programs.forEach(program -> System.out.printf(Locale.ROOT, "%s: %.0f MB%n", program.file(), size(program) / MB));
        assertThat(rows).filteredOn(row -> row.program().isNative()).allSatisfy(row -> {
            assertThat(row.answerMillis()).as(row.toString()).isLessThan(NATIVE_START_MILLIS);
            assertThat(row.residentMb()).as(row.toString()).isLessThan(NATIVE_RESIDENT_MB);
        });
    }

    private void measure(List<Row> rows, List<ShippedProgram> programs, ServiceSettings settings, boolean servers) {
        for (ShippedProgram program : programs) {
            for (Role role : Role.values()) {
                List<Row> starts = new ArrayList<>();
                for (int i = 0; i < STARTS; i++) {
                    starts.add(start(program, role, settings, servers));
                }
                rows.add(new Row(program, role, servers, median(starts.stream().map(Row::answerMillis)),
                        servers ? Optional.of(median(starts.stream().map(row -> row.readyMillis().orElseThrow()))) : Optional.empty(),
                        median(starts.stream().map(Row::startedMillis)), median(starts.stream().map(Row::residentMb))));
            }
        }
    }

    private static double median(Stream<Double> values) {
        double[] sorted = values.mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Row start(ShippedProgram program, Role role, ServiceSettings settings, boolean servers) {
        Path place = directory.resolve(role + "-" + System.nanoTime());
        long begin = System.nanoTime();
        try (ServiceProcess service = ServiceProcess.starting(program, place, settings.withRoles(role == Role.API, role == Role.WORKER), role.heap,
                role.jvmOptions)) {
            double answers = awaitOk(service, "/q/health/live", begin);
            Optional<Double> ready = servers ? Optional.of(awaitOk(service, "/q/health/ready", begin)) : Optional.empty();
            pause(IDLE);
            String log = Files.readString(service.log());
            Matcher started = STARTED.matcher(log);
            assertThat(started.find()).as(log).isTrue();
            return new Row(program, role, servers, answers, ready, Double.parseDouble(started.group(1)) * 1000, residentMb(service.pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double awaitOk(ServiceProcess service, String path, long begin) {
        while (service.status(path) != 200) {
            assertThat(service.isAlive()).as(service.logTail()).isTrue();
            assertThat(System.nanoTime() - begin).as(service.logTail()).isLessThan(PATIENCE.toNanos());
            pause(Duration.ofMillis(2));
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static void pause(Duration duration) {
        try {
            TimeUnit.MILLISECONDS.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static double residentMb(long pid) throws IOException {
        Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
        assertThat(resident.find()).isTrue();
        return Long.parseLong(resident.group(1)) * 1024 / MB;
    }

    /** Of the executable, or of the jar with its libraries, in bytes. */
    private static long size(ShippedProgram program) {
        Path root = program.isNative() ? program.file() : program.file().getParent();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
