package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** {@code deploy/CONFIGURATION.md} names every key of the service's own, and no other. */
class ConfigurationDocumentTest {

    private static final Pattern KEY = Pattern.compile("`([a-z0-9.<>-]+)`");

    private final JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.snapshotexport");

    @Test
    void namesEveryKeyOfTheCodeAndNoOther() throws IOException {
        assertThat(documented()).isEqualTo(inTheCode());
    }

    private static Set<String> documented() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("deploy/CONFIGURATION.md"))) {
            if (line.startsWith("| `snapshot-export.")) {
                String last = null;
                Matcher key = KEY.matcher(line.split("\\|")[1]);
                while (key.find()) {
                    // A key that begins with a dot stands for the one before it with another end.
                    last = key.group(1).startsWith(".") ? last.substring(0, last.lastIndexOf('.')) + key.group(1) : key.group(1);
                    keys.add(last);
                }
                Matcher also = Pattern.compile("`(\\.[a-z-]+)`").matcher(line.split("\\|")[3]);
                while (also.find()) {
                    keys.add(last.substring(0, last.lastIndexOf('.')) + also.group(1));
                }
            }
        }
        return keys;
    }

    private Set<String> inTheCode() throws IOException {
        Set<String> keys = new TreeSet<>();
        classes.stream().filter(type -> type.isAnnotatedWith(ConfigMapping.class)).forEach(type ->
                ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(type.reflect())).keySet().stream()
                        .map(key -> key.replace(".*.", ".<name>.").replaceAll("\\[\\*]", "")).forEach(keys::add));
        classes.stream().flatMap(type -> type.getConstructors().stream()).flatMap(constructor -> constructor.getParameters().stream())
                .filter(parameter -> parameter.isAnnotatedWith(ConfigProperty.class))
                .forEach(parameter -> keys.add(parameter.getAnnotationOfType(ConfigProperty.class).name()));
        keys.addAll(inTheProperties());
        return keys.stream().filter(key -> key.startsWith("snapshot-export.")).collect(Collectors.toCollection(TreeSet::new));
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
