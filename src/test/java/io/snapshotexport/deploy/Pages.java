package io.snapshotexport.deploy;

import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pages that people read: the README, and those of {@code deploy}. */
final class Pages {

    private Pages() {
    }

    static Path project() {
        return TestClassPath.buildDirectory().getParent();
    }

    static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(project().resolve("deploy"))) {
            return Stream.concat(Stream.of(project().resolve("README.md")), files.filter(file -> file.toString().endsWith(".md")).sorted()).toList();
        }
    }
}
