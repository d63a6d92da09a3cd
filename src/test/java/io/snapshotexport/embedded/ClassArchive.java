package io.snapshotexport.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a JVM has read and linked of a program's classes, kept for the next one that runs it (JEP 350): tests start the same programs over and over,
 * and a start takes little more than half the processor time then. Made where it is missing, by starting the program once, and only in a JVM of
 * the build's tests: whoever runs the local mode should not wait for that. Thread-safe.
 */
public final class ClassArchive {

    /** How long a JVM may take to write it while it ends. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String WANTED = "snapshot-export.class-archives";
    private static final Map<String, List<String>> OPTIONS = new HashMap<>();

    private ClassArchive() {
    }

    /**
     * @param program what the file is called
     * @param version changes with the program's class path or what lies there
     * @param trial   starts the program with these options of the JVM, and ends it in good order
     * @return the options of a JVM that uses it; none where there is no archive
     */
    public static synchronized List<String> options(String program, String version, Consumer<List<String>> trial) {
        if (!Boolean.getBoolean(WANTED)) {
            return List.of();
        }
        Path file = TestClassPath.buildDirectory().resolve("class-archives")
                .resolve(program + "-" + Integer.toHexString((version + System.getProperty("java.vm.version")).hashCode()) + ".jsa");
        return OPTIONS.computeIfAbsent(file.toString(), missing -> existing(program, file, trial));
    }

    private static List<String> existing(String program, Path file, Consumer<List<String>> trial) {
        if (!Files.exists(file)) {
            deleteEarlier(program, file.getParent());
            trial.accept(List.of("-XX:ArchiveClassesAtExit=" + file));
        }
        if (!Files.exists(file)) {
            System.out.println("This JVM keeps no archive of the classes of " + program + "; tests take longer without");
            return List.of();
        }
        return List.of("-XX:SharedArchiveFile=" + file);
    }

    private static void deleteEarlier(String program, Path directory) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path earlier : files.filter(file -> file.getFileName().toString().startsWith(program + "-")).toList()) {
                    Files.delete(earlier);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
