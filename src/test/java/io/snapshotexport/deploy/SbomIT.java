package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The bill of materials that the build writes, beside what it has packed. */
class SbomIT {

    private static JsonNode sbom() throws IOException {
        try (Stream<Path> files = Files.list(TestClassPath.buildDirectory())) {
            return new ObjectMapper().readTree(files.filter(file -> file.toString().endsWith("-sbom.json")).findFirst().orElseThrow().toFile());
        }
    }

    private static Stream<JsonNode> components(JsonNode sbom) {
        return StreamSupport.stream(sbom.get("components").spliterator(), false);
    }

    /** As the packed application names its libraries. */
    private static String file(JsonNode component) {
        return component.get("group").asText() + "." + component.get("name").asText() + "-" + component.get("version").asText() + ".jar";
    }

    @Test
    void namesWhatShipsAndNothingElse() throws IOException {
        JsonNode sbom = sbom();
        Set<String> named = components(sbom).filter(component -> !component.get("name").asText().equals("snapshot-export"))
                .map(SbomIT::file).collect(Collectors.toCollection(TreeSet::new));
        Set<String> shipped = new TreeSet<>();
        for (String directory : new String[] {"boot", "main"}) {
            try (Stream<Path> files = Files.list(TestClassPath.buildDirectory().resolve("quarkus-app/lib").resolve(directory))) {
                files.forEach(file -> shipped.add(file.getFileName().toString()));
            }
        }

        assertThat(sbom.get("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(shipped).hasSizeGreaterThan(100);
        assertThat(named).isEqualTo(shipped);
        assertThat(named).anyMatch(name -> name.startsWith("org.apache.kafka.kafka-clients-4"))
                .noneMatch(name -> name.contains("junit") || name.contains("s3proxy") || name.contains("-deployment-"));
    }

    @Test
    void tellsWhereEachComesFromAndWhatItsBytesAre() throws IOException {
        assertThat(components(sbom())).filteredOn(component -> !component.get("name").asText().equals("snapshot-export"))
                .allSatisfy(component -> {
                    assertThat(component.get("purl").asText()).startsWith("pkg:maven/");
                    assertThat(component.at("/hashes/0/content").asText()).as("%s", component.get("purl")).isNotEmpty();
                });
    }
}
