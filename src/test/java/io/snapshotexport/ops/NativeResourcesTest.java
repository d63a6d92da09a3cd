package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a native executable would lack, because nobody has told its builder. */
class NativeResourcesTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Set<String> REFLECTION = Set.of("java.lang.Class", "java.lang.ClassLoader", "java.lang.reflect.Proxy");
    private static final Pattern LOOKED_UP = Pattern.compile("java\\.util\\.ServiceLoader|java\\.util\\.ResourceBundle"
            + "|java\\.lang\\.reflect\\.(Method|Field|Constructor|Proxy)");
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.snapshotexport");
    /** Read while the program is built, or taken along without being told (Flyway's migrations). */
    private static final Pattern KNOWN_TO_THE_BUILD = Pattern.compile(
            "application\\.properties|db/migration/V[0-9]+__[a-z0-9_]+\\.sql|META-INF/native-image/.*");
    /** Libraries in C that libraries bring along. */
    private static final Pattern OF_OTHERS = Pattern.compile(".*\\.so");

    @Test
    void everyOtherResourceIsIncluded() throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(RESOURCES.resolve("application.properties"))) {
            properties.load(reader);
        }
        List<String> included = Arrays.stream(properties.getProperty("quarkus.native.resources.includes").split(","))
                .filter(file -> !OF_OTHERS.matcher(file).matches()).toList();

        try (Stream<Path> files = Files.walk(RESOURCES)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> RESOURCES.relativize(file).toString())
                    .filter(file -> !KNOWN_TO_THE_BUILD.matcher(file).matches())).containsExactlyInAnyOrderElementsOf(included);
        }
    }

    /** A new reader of resources has to think of this test. */
    @Test
    void oneClassReadsResources() {
        assertThat(callersOf("getResourceAsStream", "getResource", "getResources", "resources")).containsExactly("ContractResource");
    }

    @Test
    void nothingIsReachedByItsName() {
        assertThat(callersOf("forName", "loadClass", "getMethod", "getMethods", "getDeclaredMethod", "getDeclaredMethods", "getField", "getFields",
                "getDeclaredField", "getDeclaredFields", "getConstructor", "getConstructors", "getDeclaredConstructor", "getDeclaredConstructors",
                "getRecordComponents", "newInstance", "newProxyInstance")).isEmpty();
        assertThat(CLASSES.stream().flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(use -> LOOKED_UP.matcher(use.getTargetClass().getName()).matches())
                .map(use -> use.getOriginClass().getSimpleName())).isEmpty();
    }

    /** Jackson finds the fields of registered types only; trees need none. The wire records of {@code api} are the only ones bound. */
    @Test
    void jacksonBindsNoTypesButThoseOfTheApi() {
        Set<String> binders = CLASSES.stream().flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isAssignableTo(ObjectMapper.class))
                .filter(call -> Set.of("readValue", "treeToValue", "convertValue", "valueToTree").contains(call.getName()))
                .map(call -> call.getOriginOwner().getName()).collect(Collectors.toSet());
        assertThat(binders).isEmpty();

        // Whoever adds a record decides whether it is written to a client.
        assertThat(CLASSES.stream().filter(type -> type.getPackageName().equals("io.snapshotexport.api") && type.isRecord())
                .filter(type -> !type.isAnnotatedWith("io.quarkus.runtime.annotations.RegisterForReflection")).map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("Creation", "ExportListing", "IdempotencyKey", "KeyRequest");
    }

    private static Set<String> callersOf(String... methods) {
        Set<String> names = Set.of(methods);
        return CLASSES.stream().flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> names.contains(call.getName()))
                .filter(call -> REFLECTION.contains(call.getTargetOwner().getName()))
                .map(JavaAccess::getOriginOwner).map(owner -> owner.getSimpleName()).collect(Collectors.toSet());
    }
}
