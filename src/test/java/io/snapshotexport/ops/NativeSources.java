package io.snapshotexport.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What the builder of the native executable is given, as {@code quarkus.native.sources-only} has left it: jars, in which files of
 * {@code META-INF/native-image} say what is looked for by its name at run time, and arguments.
 */
final class NativeSources {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern REFLECTION = Pattern.compile("META-INF/native-image/.*reflect-config\\.json");
    private static final Pattern JNI = Pattern.compile("META-INF/native-image/.*jni-config\\.json");
    private static final Pattern RESOURCES = Pattern.compile("META-INF/native-image/.*resource-config\\.json");

    private final Path directory;
    private final Map<String, List<JsonNode>> reflection = new HashMap<>();
    private final Map<String, List<JsonNode>> jni = new HashMap<>();
    private final List<Pattern> resources = new ArrayList<>();

    private NativeSources(Path directory) {
        this.directory = directory;
        forEachEntry((jar, entry) -> {
            if (REFLECTION.matcher(entry.getName()).matches()) {
                read(jar, entry).forEach(type -> reflection.computeIfAbsent(type.path("name").asText(), name -> new ArrayList<>()).add(type));
            } else if (JNI.matcher(entry.getName()).matches()) {
                read(jar, entry).forEach(type -> jni.computeIfAbsent(type.path("name").asText(), name -> new ArrayList<>()).add(type));
            } else if (RESOURCES.matcher(entry.getName()).matches()) {
                read(jar, entry).at("/resources/includes").forEach(include -> resources.add(Pattern.compile(include.path("pattern").asText())));
            }
        });
    }

    static NativeSources ofTheBuild() {
        Path directory = TestClassPath.buildDirectory().resolve("native/native-sources");
        if (!Files.isDirectory(directory)) {
            throw new IllegalStateException(directory + " is missing; `./mvnw pre-integration-test` makes it");
        }
        return new NativeSources(directory);
    }

    private static JsonNode read(ZipFile jar, ZipEntry entry) {
        try {
            return JSON.readTree(jar.getInputStream(entry));
        } catch (IOException e) {
            throw new UncheckedIOException(jar.getName() + " " + entry.getName(), e);
        }
    }

    /** Of all jars, the service's own and its libraries'. */
    void forEachEntry(BiConsumer<ZipFile, ZipEntry> action) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jar")).sorted().toList()) {
                try (ZipFile jar = new ZipFile(file.toFile())) {
                    jar.stream().forEach(entry -> action.accept(jar, entry));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a file of names: comments and blanks are left out. */
    static List<String> names(ZipFile jar, ZipEntry entry) {
        try {
            return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean hasClass(String name) {
        return reflection.containsKey(name);
    }

    /** Whether an instance of it can be made by its name. */
    boolean isInstantiable(String name) {
        return any(reflection, name, type -> type.path("allDeclaredConstructors").asBoolean() || type.path("allPublicConstructors").asBoolean()
                || contains(type.path("methods"), "<init>"));
    }

    boolean hasAllMembers(String name) {
        return any(reflection, name, type -> type.path("allDeclaredConstructors").asBoolean() && type.path("allDeclaredMethods").asBoolean()
                && type.path("allDeclaredFields").asBoolean());
    }

    boolean hasField(String name, String field) {
        return any(reflection, name, type -> type.path("allDeclaredFields").asBoolean() || contains(type.path("fields"), field));
    }

    boolean hasFieldForC(String name, String field) {
        return any(jni, name, type -> type.path("allDeclaredFields").asBoolean() || contains(type.path("fields"), field));
    }

    private static boolean any(Map<String, List<JsonNode>> types, String name, java.util.function.Predicate<JsonNode> what) {
        return types.getOrDefault(name, List.of()).stream().anyMatch(what);
    }

    private static boolean contains(JsonNode members, String name) {
        for (JsonNode member : members) {
            if (member.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    boolean hasResource(String path) {
        return resources.stream().anyMatch(pattern -> pattern.matcher(path).matches());
    }

    /** The arguments of the builder, as one line. */
    String arguments() throws IOException {
        return Files.readString(directory.resolve("native-image.args"));
    }

    Optional<String> entryThatMatches(String regex) {
        Pattern pattern = Pattern.compile(regex);
        List<String> found = new ArrayList<>();
        forEachEntry((jar, entry) -> {
            if (pattern.matcher(entry.getName()).matches()) {
                found.add(entry.getName());
            }
        });
        return found.stream().findFirst();
    }
}
