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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
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

    /** Files that name classes, one a line: of services, and the AWS SDK's own kind. */
    private static final Pattern NAMES = Pattern.compile("META-INF/services/.+|.+/execution\\.interceptors");

    private final Path directory;
    private final Map<String, List<JsonNode>> reflection = new HashMap<>();
    private final Map<String, List<JsonNode>> jni = new HashMap<>();
    private final List<Pattern> resources = new ArrayList<>();
    private final Set<String> entries = new TreeSet<>();
    private final Map<String, Set<String>> names = new TreeMap<>();

    private NativeSources(Path directory) {
        this.directory = directory;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jar")).sorted().toList()) {
                try (ZipFile jar = new ZipFile(file.toFile())) {
                    for (ZipEntry entry : Collections.list(jar.entries())) {
                        add(jar, entry);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static NativeSources ofTheBuild() {
        Path directory = TestClassPath.buildDirectory().resolve("native/native-sources");
        if (!Files.isDirectory(directory)) {
            throw new IllegalStateException(directory + " is missing; `./mvnw pre-integration-test` makes it");
        }
        return new NativeSources(directory);
    }

    private void add(ZipFile jar, ZipEntry entry) throws IOException {
        String name = entry.getName();
        entries.add(name);
        if (REFLECTION.matcher(name).matches()) {
            JSON.readTree(jar.getInputStream(entry)).forEach(type -> add(reflection, type));
        } else if (JNI.matcher(name).matches()) {
            JSON.readTree(jar.getInputStream(entry)).forEach(type -> add(jni, type));
        } else if (RESOURCES.matcher(name).matches()) {
            JSON.readTree(jar.getInputStream(entry)).at("/resources/includes")
                    .forEach(include -> resources.add(Pattern.compile(include.path("pattern").asText())));
        } else if (NAMES.matcher(name).matches() && !entry.isDirectory()) {
            new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty())
                    .forEach(named -> names.computeIfAbsent(name, file -> new TreeSet<>()).add(named));
        }
    }

    private static void add(Map<String, List<JsonNode>> types, JsonNode type) {
        types.computeIfAbsent(type.path("name").asText(), name -> new ArrayList<>()).add(type);
    }

    /** Which classes a file names, in all jars together; by the files' paths. */
    Map<String, Set<String>> names() {
        return names;
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

    boolean hasMethodForC(String name, String method) {
        return any(jni, name, type -> type.path("allDeclaredMethods").asBoolean() || contains(type.path("methods"), method));
    }

    private static boolean any(Map<String, List<JsonNode>> types, String name, Predicate<JsonNode> what) {
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
        return entries.stream().filter(name -> pattern.matcher(name).matches()).findFirst();
    }
}
