package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.snapshotexport.embedded.TestClassPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The crash matrix: each scenario catches an export in one exact moment, checks that it is that moment, and lets the outage happen there.
 * Then a storm, which its seed makes again. What became of all exports is looked at in the end, when everything is up again. The README has
 * the command for a longer storm.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CrashIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration SHORT = Duration.ofSeconds(20);
    private static final Duration STORM = Duration.ofSeconds(Long.getLong("snapshot-export.crash.seconds", SHORT.toSeconds()));
    private static final long SEED = Long.getLong("snapshot-export.crash.seed", System.nanoTime() % 1_000_000);
    /** By themselves those that do not wait long: not for a broker or S3 to come back, nor for the watchdog or the end of a lease. */
    private static final String SCENARIOS = System.getProperty("snapshot-export.crash.scenarios",
            "(?!broker|workerPaused|s3Killed|s3SlowsDown|workerAndBroker|apiKilledWhileProjecting|.*Watchdog).*");
    private static final int WARM_UP = 6;
    private static final Duration NOTICED = Duration.ofSeconds(8);
    private static final Duration WATCHED = Duration.ofSeconds(6);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path directory;
    private static CrashSystem system;
    private static Clients clients;
    private static Evidence world;
    private static Map<String, Footprint> calm;
    private static Map<String, Long> survivors;
    private static final Map<Cell, CompletableFuture<Accepted>> promised = new EnumMap<>(Cell.class);

    @BeforeAll
    static void start() {
        system = CrashSystem.start(directory, 2, 3, Map.of("snapshot-export.s3.retries", "1"));
        clients = new Clients(system);
        world = new Evidence(system);
        // Nobody shall meet the first moments of a process.
        for (int number = 0; number < WARM_UP; number++) {
            clients.post("warm-up/" + number, Phase.LANE.collections(), number, PATIENCE);
        }
        clients.accepted().forEach(one -> clients.awaitEnd(one.id(), PATIENCE));
        calm = Footprint.of(system);
    }

    @AfterAll
    static void stop() {
        if (clients != null) {
            clients.close();
            world.close();
        }
        if (system != null) {
            system.close();
        }
    }

    static Stream<Cell> cells() {
        return Stream.of(Cell.values()).filter(cell -> cell.scenario().matches(SCENARIOS));
    }

    @Order(1)
    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void theOutageHappensInItsMoment(Cell cell) {
        new Scene(system, clients, world, cell).play(promised);
    }

    @Order(2)
    @Test
    void aStormPasses() {
        system.awaitStarted();
        survivors = survivors();
        int before = clients.accepted().size();
        new Storm(system, clients, SEED).rage(STORM);
        assertThat(clients.produced()).as("promised to producers").isBetween(1, clients.accepted().size() - before - 1);
    }

    private static Map<String, Long> survivors() {
        return Schedule.SURVIVORS.stream().collect(Collectors.toMap(name -> name, name -> system.service(name).pid()));
    }

    @Order(3)
    @Test
    void everyPromiseIsKeptInTheEnd() throws Exception {
        system.awaitStarted();
        promised.values().forEach(CompletableFuture::join);
        Audit audit = new Audit(system, clients);
        audit.checkAll(world);
        world.everyPathIsAskedForOnce(clients.accepted().stream().map(Accepted::path).toList());
        for (Map.Entry<Cell, CompletableFuture<Accepted>> one : promised.entrySet()) {
            Cell cell = one.getKey();
            JsonNode export = clients.get(one.getValue().join().id()).orElseThrow();
            assertThat(export.path("state").asText()).as(cell + " " + export).isEqualTo("Complete");
            assertThat(export.at("/progress/attempt").asInt()).as(cell + " " + export).isGreaterThanOrEqualTo(cell.leastAttempt());
            if (cell.phase() == Phase.UPLOAD && cell.victims().contains("worker")) {
                Audit.everyUploadIsAborted(world, one.getValue().join().path());
            }
            if (cell.phase() == Phase.PUBLISHED) {
                // Whoever asks again under the same key gets the export that was published.
                world.recordsOf(one.getValue().join().path(), 1);
            }
        }
    }

    /** After a short storm only the one in which most processes have something to try again. */
    static Stream<String> outages() {
        return Stream.of("broker", "store source s3").limit(STORM.compareTo(SHORT) > 0 ? 2 : 1);
    }

    @Order(4)
    @ParameterizedTest(name = "{0}")
    @MethodSource("outages")
    void nobodyIsBusyWithWaiting(String away) throws InterruptedException {
        List<Victim> servers = Stream.of(away.split(" ")).map(system::victim).toList();
        servers.forEach(server -> server.kill().run());
        try {
            TimeUnit.MILLISECONDS.sleep(NOTICED.toMillis());
            Map<String, Duration> before = processorTime();
            TimeUnit.MILLISECONDS.sleep(WATCHED.toMillis());
            assertThat(processorTime()).allSatisfy((name, time) -> assertThat(time.minus(before.get(name))).as("processor time of " + name)
                    .isLessThan(WATCHED.dividedBy(8)));
        } finally {
            servers.forEach(server -> server.startAgain().run());
        }
        clients.awaitEnd(clients.post("after/" + servers.get(0).name(), Phase.LANE.collections(), 0, PATIENCE).id(), PATIENCE);
    }

    private static Map<String, Duration> processorTime() {
        return system.services().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                service -> ProcessHandle.of(service.getValue().pid()).flatMap(process -> process.info().totalCpuDuration()).orElseThrow()));
    }

    @Order(5)
    @Test
    void theProcessesHoldNoMoreThanBefore() {
        assertThat(survivors()).as("processes that have come through the storm").isEqualTo(survivors);
        Footprint.awaitBack(calm, system);
    }

    @Order(6)
    @Test
    void aLostStoreIsMadeAnewFromTheTopics() {
        List<String> ids = clients.accepted().stream().map(Accepted::id).toList();
        Map<String, Optional<JsonNode>> before = ids.stream().collect(Collectors.toMap(Function.identity(), clients::get));
        assertThat(before.values()).allMatch(Optional::isPresent);
        system.loseAndRebuildStore(directory.resolve("rebuild"));
        Awaitility.await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(ids).allSatisfy(id -> assertThat(clients.get(id)).isEqualTo(before.get(id))));
    }

    @Test
    void theMatrixStandsInTheDocuments() throws Exception {
        assertThat(Files.readString(document("CRASHES.md"))).contains(Cell.table());
        assertThat(Files.readString(document("RUNBOOK.md")))
                .contains(Stream.of(Cell.values()).map(cell -> "`" + cell.scenario() + "`").toList());
    }

    private static Path document(String name) {
        return TestClassPath.buildDirectory().resolveSibling("deploy").resolve(name);
    }
}
