package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.embedded.TestClassPath;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No library on the class path, that of the tests included, is older than the page on security allows. */
class DependencyFloorsTest {

    private record Library(String group, String artifact, String version) {

        /** A file as it lies in a local repository: {@code org/acme/lib/1.0/lib-1.0.jar}. */
        static Library of(Path jar) {
            int parts = jar.getNameCount();
            return new Library(jar.subpath(0, parts - 3).toString().replace('/', '.'), jar.getName(parts - 3).toString(),
                    jar.getName(parts - 2).toString());
        }

        boolean isSubjectTo(SecurityPage.Floor floor) {
            return ("." + group).endsWith("." + floor.group()) && artifact.matches(floor.artifact().replace("*", ".*"));
        }
    }

    private static List<Library> libraries() {
        return TestClassPath.entries().stream().filter(entry -> entry.endsWith(".jar")).map(jar -> Library.of(Path.of(jar))).toList();
    }

    @Test
    void noLibraryIsBelowItsFloor() {
        List<Library> libraries = libraries();
        List<SecurityPage.Floor> floors = SecurityPage.floors();

        assertThat(floors).hasSizeGreaterThan(5);
        for (SecurityPage.Floor floor : floors) {
            List<Library> subject = libraries.stream().filter(library -> library.isSubjectTo(floor)).toList();
            assertThat(subject).as("%s:%s is on the class path; if it is not any more, strike it from the page", floor.group(), floor.artifact())
                    .isNotEmpty();
            assertThat(subject).as("%s", floor).allSatisfy(library ->
                    assertThat(Version.parse(library.version())).isGreaterThanOrEqualTo(Version.parse(floor.version())));
        }
    }

    @Test
    void everyFloorSaysWhy() {
        assertThat(SecurityPage.floors()).allSatisfy(floor -> assertThat(floor.why()).matches(".*\\b(CVE|GHSA)-[0-9a-z-]+.*"));
    }
}
