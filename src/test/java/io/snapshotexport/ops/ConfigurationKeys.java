package io.snapshotexport.ops;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The keys of configuration that the production code has. */
public final class ConfigurationKeys {

    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.snapshotexport");

    private ConfigurationKeys() {
    }

    /** Such as {@code snapshot-export.postgresql.<name>.url}. */
    public static Set<String> ofTheService() throws IOException {
        Set<String> keys = new TreeSet<>();
        mappings().forEach(type ->
                ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(type)).keySet().stream()
                        .map(ConfigurationKeys::named).forEach(keys::add));
        CLASSES.stream().flatMap(type -> type.getConstructors().stream()).flatMap(constructor -> constructor.getParameters().stream())
                .filter(parameter -> parameter.isAnnotatedWith(ConfigProperty.class))
                .forEach(parameter -> keys.add(parameter.getAnnotationOfType(ConfigProperty.class).name()));
        keys.addAll(inTheProperties());
        return keys.stream().filter(key -> key.startsWith("snapshot-export.")).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Those of Quarkus and its extensions, such as {@code quarkus.datasource.reactive.max-size}; a star stands for a name, and at the end for
     * anything.
     */
    public static Set<String> ofTheFrameworks() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (URL list : Collections.list(ConfigurationKeys.class.getClassLoader().getResources("META-INF/quarkus-config-roots.list"))) {
            try (var reader = new BufferedReader(new InputStreamReader(list.openStream(), StandardCharsets.UTF_8))) {
                reader.lines().map(ConfigurationKeys::load).filter(type -> type.isAnnotationPresent(ConfigMapping.class))
                        .forEach(type -> keys.addAll(ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(type)).keySet()));
            }
        }
        return keys;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ConfigurationKeys.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a key is where nobody sets it, by the keys of {@link #ofTheService()} that have such a value. */
    public static Map<String, String> defaults() {
        Map<String, String> defaults = new TreeMap<>();
        mappings().forEach(type -> ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(type)).forEach((key, property) -> {
            if (property.hasDefaultValue()) {
                defaults.put(named(key), property.getDefaultValue());
            }
        }));
        return defaults;
    }

    private static String named(String key) {
        return key.replace(".*.", ".<name>.").replaceAll("\\.\\*$", ".<name>").replaceAll("\\[\\*]", "");
    }

    /** The interfaces that the code reads its configuration by. */
    public static List<Class<?>> mappings() {
        return CLASSES.stream().filter(type -> type.isAnnotatedWith(ConfigMapping.class)).<Class<?>>map(JavaClass::reflect).toList();
    }

    /** Keys that only tie a framework's to a name of ours. */
    private static Set<String> inTheProperties() throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(reader);
        }
        return properties.stringPropertyNames().stream()
                .map(key -> key.replaceAll("region-groups\\.[^.]+\\.", "region-groups.<name>."))
                .collect(Collectors.toSet());
    }
}
