package io.snapshotexport.deploy;

import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The pages that people read: the README, and those of {@code deploy}. */
public final class Pages {

    private Pages() {
    }

    static Path project() {
        return TestClassPath.buildDirectory().getParent();
    }

    public static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(project().resolve("deploy"))) {
            return Stream.concat(Stream.of(project().resolve("README.md")), files.filter(file -> file.toString().endsWith(".md")).sorted()).toList();
        }
    }

    /** The anchors of a page, as GitHub makes them of its headings. */
    static List<String> sections(Path page) throws IOException {
        return Files.readAllLines(page).stream().filter(line -> line.startsWith("#")).map(Pages::anchor).toList();
    }

    static String anchor(String heading) {
        return heading.replaceFirst("^#+", "").strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }
}
