package io.snapshotexport;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/** Who may import whom, and which types do not leave their package. */
@AnalyzeClasses(packages = "io.snapshotexport", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_DOMAIN_IS_PLAIN_JAVA = classes().that().resideInAPackage("io.snapshotexport.export..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("io.snapshotexport.export..", "java.."));

    @ArchTest
    static final ArchRule TELEMETRY = mayImport("telemetry", "export");
    @ArchTest
    static final ArchRule MESSAGING = mayImport("messaging", "export", "telemetry");
    @ArchTest
    static final ArchRule ACCOUNT = mayImport("account", "export");
    @ArchTest
    static final ArchRule STORE = mayImport("store", "export", "messaging", "account", "telemetry");
    @ArchTest
    static final ArchRule API = mayImport("api", "export", "messaging", "store", "account", "telemetry");
    @ArchTest
    static final ArchRule SOURCE = mayImport("source", "export", "format");
    @ArchTest
    static final ArchRule FORMAT = mayImport("format", "export");
    @ArchTest
    static final ArchRule S3 = mayImport("s3", "export");
    @ArchTest
    static final ArchRule WORKER = mayImport("worker", "export", "messaging", "source", "format", "s3", "telemetry");

    @ArchTest
    static final ArchRule KAFKA_STAYS_IN_MESSAGING = staysIn("org.apache.kafka..", "messaging");
    @ArchTest
    static final ArchRule THE_AWS_SDK_STAYS_IN_S3 = staysIn("software.amazon..", "s3");
    @ArchTest
    static final ArchRule PGJDBC_STAYS_IN_ITS_SOURCE = staysIn("org.postgresql..", "source.postgres");
    @ArchTest
    static final ArchRule PERSISTENCE_STAYS_IN_THE_STORE = staysIn("jakarta.persistence..", "store");
    @ArchTest
    static final ArchRule HTTP_STAYS_IN_THE_API = staysIn("jakarta.ws.rs..", "api");

    @ArchTest
    static final ArchRule OPEN_TELEMETRY_STAYS_IN_TELEMETRY = staysIn("io.opentelemetry..", "telemetry");

    /** Static fields of a native executable are the builder's: it refuses random numbers and threads, and would keep times and addresses. */
    @ArchTest
    static final ArchRule NOTHING_IS_KEPT_FROM_A_BUILD = noFields().that().areStatic().should().haveRawType(
            assignableTo(Random.class).or(assignableTo(Thread.class)).or(assignableTo(ExecutorService.class))
                    .or(assignableTo(InetAddress.class)).or(assignableTo(Clock.class)));

    private static ArchRule mayImport(String name, String... others) {
        String[] allowed = Stream.concat(Stream.of(name), Arrays.stream(others)).map(other -> "io.snapshotexport." + other + "..")
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> foreign = resideInAnyPackage("io.snapshotexport..").and(DescribedPredicate.not(resideInAnyPackage(allowed)));
        return noClasses().that().resideInAPackage("io.snapshotexport." + name + "..").should().dependOnClassesThat(foreign);
    }

    private static ArchRule staysIn(String foreign, String home) {
        return noClasses().that().resideOutsideOfPackage("io.snapshotexport." + home + "..")
                .should().dependOnClassesThat().resideInAPackage(foreign);
    }
}
