package io.snapshotexport.local;

import io.snapshotexport.embedded.ChildProcess;
import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The program as it is shipped, and how it is started: the jar in a JVM or, where the build was told to make one ({@code -Dnative}), the native
 * executable.
 *
 * @param file the jar or the executable
 */
public record ShippedProgram(Path file, boolean isNative) {

    private static final String NATIVE = "native.image.path";
    /** What both kinds understand; other options are for the JVM alone. */
    private static final String HEAP = "-Xmx";

    /** What the build is about. */
    public static ShippedProgram ofTheBuild() {
        String executable = System.getProperty(NATIVE);
        return executable == null ? jar() : existing(Path.of(executable), true);
    }

    public static ShippedProgram jar() {
        return existing(TestClassPath.buildDirectory().resolve("quarkus-app/quarkus-run.jar"), false);
    }

    /** The native executable, if there is one. */
    static Optional<ShippedProgram> executable() {
        return Optional.ofNullable(System.getProperty(NATIVE)).map(executable -> existing(Path.of(executable), true));
    }

    private static ShippedProgram existing(Path file, boolean isNative) {
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing; `./mvnw package" + (isNative ? " -Dnative" : "") + "` builds it");
        }
        return new ShippedProgram(file, isNative);
    }

    /** Another one after each build. */
    String version() {
        try {
            return file + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line that starts it. */
    public List<String> command(List<String> jvmOptions, String... arguments) {
        Stream<String> program = isNative
                ? Stream.concat(Stream.of(file.toString()), jvmOptions.stream().filter(option -> option.startsWith(HEAP)))
                : Stream.of(List.of(ChildProcess.java()), jvmOptions, List.of("-jar", file.toString())).flatMap(List::stream);
        return Stream.concat(program, Stream.of(arguments)).toList();
    }
}
