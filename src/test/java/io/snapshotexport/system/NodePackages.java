package io.snapshotexport.system;

import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/** Packages of npm below the build directory, installed once and kept until the build directory is removed. */
public final class NodePackages {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String INSTALLED = "installed";

    private final Path directory;

    private NodePackages(Path directory) {
        this.directory = directory;
    }

    /**
     * Installs what is not there yet.
     *
     * @param packages with their versions, such as {@code fauna-shell@4.0.0}
     * @throws IllegalStateException if npm cannot install them, or is missing where CI runs; elsewhere a missing npm aborts the test
     */
    static NodePackages install(String... packages) {
        return install(List.of(), packages);
    }

    /** Like {@link #install}, but without the packages that it expects its user to have. */
    public static NodePackages installAlone(String name) {
        return install(List.of("--legacy-peer-deps"), name);
    }

    private static NodePackages install(List<String> options, String... packages) {
        Path directory = TestClassPath.buildDirectory().resolve("node").resolve(String.join("+", packages).replace('/', '_'));
        NodePackages installed = new NodePackages(directory);
        requireNpm();
        if (!Files.exists(directory.resolve(INSTALLED))) {
            installed.installInto(options, List.of(packages));
        }
        return installed;
    }

    private void installInto(List<String> options, List<String> packages) {
        List<String> command = new ArrayList<>(
                List.of("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error"));
        command.addAll(options);
        command.addAll(packages);
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("package.json"), "{\"private\":true}");
            FinishedProcess npm = FinishedProcess.run(command, Map.of("NO_UPDATE_NOTIFIER", "1"), directory, PATIENCE);
            if (npm.exitCode() != 0) {
                throw new IllegalStateException("npm could not install " + packages + ": " + npm);
            }
            Files.createFile(directory.resolve(INSTALLED));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JDK is all that a newcomer needs; CI has no such excuse. */
    private static void requireNpm() {
        try {
            FinishedProcess.run(List.of("npm", "--version"), Map.of(), Path.of("."), PATIENCE);
        } catch (IOException missing) {
            String needed = "this test needs Node.js 20 or later with npm on the PATH";
            if (System.getenv("CI") != null) {
                throw new IllegalStateException(needed, missing);
            }
            throw new TestAbortedException(needed, missing);
        }
    }

    public Path directory() {
        return directory;
    }

    /** A program that one of the packages brings. */
    Path program(String name) {
        return directory.resolve("node_modules").resolve(".bin").resolve(name);
    }
}
