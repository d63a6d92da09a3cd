package io.snapshotexport.embedded;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.Kafka;

/** The command line of a broker's process. */
final class KafkaBrokerCommand {

    private KafkaBrokerCommand() {
    }

    /**
     * Of a broker that formats its storage where that is new.
     *
     * @param trial runs one {@linkplain #ofFormatted whose storage is formatted} with these options of the JVM, and ends it in good order
     */
    static List<String> of(Path directory, Consumer<List<String>> trial) {
        return formatting(directory, ClassArchive.options("kafka", libraries(), trial));
    }

    /** As above, without an archive of its classes. */
    static List<String> of(Path directory) {
        return formatting(directory, List.of());
    }

    private static List<String> formatting(Path directory, List<String> jvmOptions) {
        return of(directory, jvmOptions, libraries() + File.pathSeparator + TestClassPath.testClasses(), KafkaBrokerMain.class);
    }

    /** Of a broker whose storage is formatted, and whose class path has no directory, of which a JVM keeps no archive. */
    static List<String> ofFormatted(Path directory, List<String> jvmOptions) {
        return of(directory, jvmOptions, libraries(), Kafka.class);
    }

    private static List<String> of(Path directory, List<String> jvmOptions, String classPath, Class<?> main) {
        // Made for a quick start: two thirds of its time are class loading and compilation.
        return Stream.of(List.of(ChildProcess.java(), "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-Dlogging.configuration=" + directory.resolve(KafkaBrokerSettings.LOGGING_FILE).toUri()),
                jvmOptions,
                List.of("-cp", classPath, main.getName(), directory.resolve(KafkaBrokerSettings.SETTINGS_FILE).toString()))
                .flatMap(List::stream).toList();
    }

    /** Kafka's own first, so that classes are found at once; without Quarkus, which would take over the logging. */
    private static String libraries() {
        Predicate<String> kafka = entry -> entry.contains("kafka") || entry.contains("scala");
        List<String> entries = TestClassPath.libraries().stream().filter(entry -> !entry.contains("quarkus")).toList();
        return Stream.concat(entries.stream().filter(kafka), entries.stream().filter(kafka.negate()))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
