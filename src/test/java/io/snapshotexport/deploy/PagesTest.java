package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.ops.ConfigurationKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages name is there: other pages and their sections, files, settings, options, tests. */
class PagesTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)#]*)(?:#([^)]+))?\\)");
    private static final Pattern FILE = Pattern.compile("(?<![\\w/.-])(?:deploy|src)/[A-Za-z0-9_./-]*[A-Za-z0-9_]");
    private static final Pattern SETTING = Pattern.compile("(?<!-D)\\b(snapshot-export\\.(?:[a-z0-9-]+|<[a-z ]+>)(?:\\.(?:[a-z0-9-]+|<[a-z ]+>))*)");
    private static final Pattern OPTION = Pattern.compile("-D((?:snapshot-export|bench)\\.[a-z.]+[a-z])");
    private static final Pattern TEST = Pattern.compile("\\b[A-Z][A-Za-z0-9]*[a-z0-9](?:Test|IT|Benchmark)\\b|-Dit\\.test=(\\w+)");
    private static final Pattern METHOD_OF = Pattern.compile("`([a-z]\\w+)`\\s+of\\s+`([A-Z]\\w+)`");
    private static final Pattern PROFILE = Pattern.compile("mvnw (?:-\\S+ )*-P(\\w+)");

    static List<Path> pages() throws IOException {
        return Pages.all();
    }

    private static Set<String> found(Pattern pattern, Path page) throws IOException {
        return pattern.matcher(Files.readString(page)).results().map(found -> found.groupCount() > 0 && found.group(1) != null
                ? found.group(1) : found.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The sources of tests, by the simple name of their class. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(Pages.project().resolve("src/test/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }

    @Test
    void thereAreMany() throws IOException {
        assertThat(pages()).hasSizeGreaterThan(10).contains(Pages.project().resolve("README.md"), Pages.project().resolve("deploy/FAILURES.md"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        var links = LINK.matcher(Files.readString(page)).results().filter(link -> !link.group(1).startsWith("http")).toList();
        for (var link : links) {
            Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
            assertThat(target).as(link.group()).exists();
            if (link.group(2) != null) {
                assertThat(Pages.sections(target)).as(link.group()).contains(link.group(2));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyFileIsThere(Path page) throws IOException {
        // Kubernetes has another way of writing a Deployment.
        assertThat(found(FILE, page)).allSatisfy(file -> assertThat(file.equals("deploy/snapshot-export-api")
                || Files.exists(Pages.project().resolve(file))).as(file).isTrue());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everySettingIsOneThatTheCodeReads(Path page) throws IOException {
        Set<String> known = ConfigurationKeys.ofTheService();
        for (String setting : found(SETTING, page)) {
            String pattern = Stream.of(setting.split("\\.")).map(part -> part.startsWith("<") ? "<name>" : Pattern.quote(part) + "|<name>")
                    .map(part -> "(?:" + part + ")").collect(Collectors.joining("\\."));
            // The name of a whole family ends anywhere.
            assertThat(known).as(setting).anyMatch(key -> key.matches(pattern + "(\\..*)?"));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyOptionOfATestAndEveryTestIsThere(Path page) throws IOException {
        Map<String, String> tests = tests();
        String all = String.join("\n", tests.values());

        assertThat(found(OPTION, page)).allSatisfy(option -> assertThat(all).contains('"' + option + '"'));
        assertThat(tests.keySet()).containsAll(found(TEST, page));
        METHOD_OF.matcher(Files.readString(page)).results().filter(named -> tests.containsKey(named.group(2))).forEach(named ->
                assertThat(tests.get(named.group(2))).as(named.group()).contains("void " + named.group(1) + "("));
        String pom = Files.readString(Pages.project().resolve("pom.xml"));
        assertThat(found(PROFILE, page)).allSatisfy(profile -> assertThat(pom).contains("<id>" + profile + "</id>"));
    }
}
