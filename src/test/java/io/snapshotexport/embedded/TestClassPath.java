package io.snapshotexport.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the build has put things, found from where this class lies: tests and the local mode start from any working directory. */
public final class TestClassPath {

    private TestClassPath() {
    }

    /** The build's output directory, {@code target}. */
    public static Path buildDirectory() {
        return testClasses().getParent();
    }

    /** Where the test classes are. */
    static Path testClasses() {
        try {
            return Path.of(TestClassPath.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every library of the test scope, as the build has noted them. */
    static List<String> libraries() {
        Path file = buildDirectory().resolve("test.classpath");
        try {
            return List.of(Files.readString(file).trim().split(File.pathSeparator));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is missing; `./mvnw test-compile` writes it", e);
        }
    }

    /** The test classes and every library of the test scope. */
    public static List<String> entries() {
        return Stream.concat(Stream.of(testClasses().toString()), libraries().stream()).toList();
    }

    /** The class path of a server's process: without Quarkus, which would take over its logging. */
    public static String withoutQuarkus() {
        return entries().stream().filter(entry -> !entry.contains("quarkus")).collect(Collectors.joining(File.pathSeparator));
    }
}
