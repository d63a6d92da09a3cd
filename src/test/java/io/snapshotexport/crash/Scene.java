package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.snapshotexport.crash.Cell.Outage;
import io.snapshotexport.embedded.Aside;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.Errors;

/** One scenario of the matrix, played. Restarts of the service's processes go on behind it. */
final class Scene {

    private static final Duration MOMENT = Duration.ofSeconds(60);
    private static final Duration PROMISE = Duration.ofSeconds(90);
    /** So that the next attempt runs when the first one comes back. */
    private static final Duration PAUSED_FOR = CrashSystem.SILENCE.plusSeconds(4);
    private static final Duration ERRORS_FOR = Duration.ofMillis(1_200);
    /** Longer than an API process waits for an acknowledgement. */
    private static final Duration REFUSED_FOR = Duration.ofMillis(2_500);
    /** In bytes a second: a source so slow that it still sends when the first part has gone. */
    private static final FaultProxy.Fault WRITES_REFUSED = KafkaRefusal.of(Errors.NOT_ENOUGH_REPLICAS);
    private static final long SLOW_SOURCE = 4_000_000;

    private final CrashSystem system;
    private final Clients clients;
    private final Evidence world;
    private final Cell cell;
    private final Phase phase;
    private final String path;

    Scene(CrashSystem system, Clients clients, Evidence world, Cell cell) {
        this.system = system;
        this.clients = clients;
        this.world = world;
        this.cell = cell;
        this.phase = cell.phase();
        this.path = "cells/" + cell.scenario();
    }

    /** @param promised gets what will come of the request; it may be answered after the scene has ended */
    void play(Map<Cell, CompletableFuture<Accepted>> promised) {
        long begun = System.nanoTime();
        // One worker of three and one API process of two are enough; the rest may still be starting.
        if (cell.victims().contains("api") || cell.outage() == Outage.PAUSE) {
            system.awaitStarted();
        }
        Trap trap = set(phase);
        Trap projection = phase == Phase.PUBLISHED ? holdProjection() : null;
        Trap first = phase == Phase.WATCHDOG || phase == Phase.WATCHDOG_DONE ? set(Phase.ACCEPTED) : null;
        if (phase == Phase.HANDING_ON || phase == Phase.HANDED_ON) {
            FaultProxy.Fault slowDown = FaultProxy.Fault.s3(message -> message.is("PUT /exports/" + path + "/coll"), 503, "SlowDown");
            system.s3Ways().forEach(way -> way.answerWith(slowDown));
        }
        if (phase == Phase.LANE) {
            system.sourceWays().forEach(way -> way.slow(SLOW_SOURCE));
        }
        try {
            var request = Aside.supply(() -> clients.post(path, phase.collections(), cell.ordinal(), PROMISE));
            promised.put(cell, request);
            if (first != null) {
                Victim worker = system.victim(first.await(MOMENT).from());
                worker.kill().run();
                first.drop();
                system.startAgainLater(worker);
            }
            Message caught = trap.await(MOMENT);
            system.s3Ways().forEach(FaultProxy::heal);
            phase.check(path, world);
            if (projection != null) {
                projection.letGo();
            }
            List<Victim> victims = cell.victims().stream()
                    .map(role -> system.victim(caught.from().startsWith(role) ? caught.from() : role)).toList();
            happen(trap, victims, request);
            System.out.printf("%-40s %-50s %s %s %.1f s%n", cell.scenario(), phase.title(), cell.outage(),
                    victims.stream().map(Victim::name).toList(), (System.nanoTime() - begun) / 1e9);
        } catch (AssertionError failed) {
            throw new AssertionError(cell.scenario() + ": " + failed.getMessage() + "; " + clients.list("Pending", "InProgress") + "\n"
                    + world.queues(), failed);
        } finally {
            remove(trap);
            remove(projection);
            remove(first);
            system.ways().forEach(FaultProxy::heal);
        }
    }

    private Trap set(Phase moment) {
        Trap trap = moment.trap(path, world);
        moment.ways(system).forEach(way -> way.add(trap));
        return trap;
    }

    /** What is published would be in the store after some tenths of a second, which may be before anybody has looked. */
    private Trap holdProjection() {
        Trap projection = Trap.request(message -> message.contains(path));
        system.storeWays().forEach(way -> way.add(projection));
        return projection;
    }

    private void remove(Trap trap) {
        if (trap != null) {
            trap.drop();
            system.ways().forEach(way -> way.remove(trap));
        }
    }

    private void happen(Trap trap, List<Victim> victims, CompletableFuture<Accepted> promised) {
        switch (cell.outage()) {
            case KILL -> {
                victims.forEach(victim -> victim.kill().run());
                trap.drop();
                victims.stream().filter(victim -> !isService(victim)).forEach(victim -> victim.startAgain().run());
                victims.stream().filter(Scene::isService).forEach(system::startAgainLater);
            }
            case PAUSE -> {
                victims.forEach(victim -> victim.pause().run());
                trap.letGo();
                pass(PAUSED_FOR);
                victims.forEach(victim -> victim.resume().run());
                String gone = "export abandoned exportId=" + promised.join().id() + " attempt=1: the lease is lost";
                victims.forEach(victim -> await(victim + " notices").atMost(MOMENT).until(() -> log(victim).contains(gone)));
            }
            case CUT -> {
                ways().forEach(FaultProxy::cut);
                trap.letGo();
            }
            case ERRORS -> {
                ways().forEach(way -> way.answerWith(FaultProxy.Fault.s3(message -> message.is("PUT"), 503, "SlowDown")));
                trap.letGo();
                pass(ERRORS_FOR);
                errorsWereAnswered();
            }
            case REFUSE_WRITES -> {
                ways().forEach(way -> way.answerWith(WRITES_REFUSED));
                trap.letGo();
                pass(REFUSED_FOR);
                errorsWereAnswered();
                // Still: what was let go has not been written.
                phase.check(path, world);
            }
            case DISK_FULL -> {
                system.broker().fillDisk();
                trap.letGo();
                system.broker().awaitEnd();
                system.broker().startAgain();
            }
        }
    }

    private String log(Victim service) throws IOException {
        return Files.readString(system.service(service.name()).log());
    }

    private void errorsWereAnswered() {
        assertThat(ways().stream().mapToInt(FaultProxy::faultsAnswered).sum()).as("errors that were answered").isPositive();
    }

    private Collection<FaultProxy> ways() {
        return switch (cell.victims().get(0)) {
            case "source" -> system.sourceWays();
            case "broker" -> phase.ways(system);
            default -> system.s3Ways();
        };
    }

    private static boolean isService(Victim victim) {
        return victim.role().equals("api") || victim.role().equals("worker");
    }

    private static void pass(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
