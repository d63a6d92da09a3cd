package io.snapshotexport.crash;

import io.snapshotexport.crash.Schedule.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.Errors;

/** A steady stream of requests while a {@link Schedule} comes down on the system. */
final class Storm {

    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final List<List<String>> WISHES = List.of(Ledger.BOOKS, Ledger.BOOKS, List.of("Counter", "Mark", "History"),
            Stream.concat(Ledger.BOOKS.stream(), Stream.of(Ledger.BALLAST)).toList(), List.of("Counter", "Account"),
            List.of("Counter", Clients.NOT_THERE), List.of("Counter", "Mark", Ledger.BROKEN));
    /** All of them pass; to close the connection without a word is what CUT does. */
    private static final List<FaultProxy.Fault> S3_ERRORS = Stream.of("503 SlowDown", "500 InternalError", "503 ServiceUnavailable",
            "400 RequestTimeout").map(error -> error.split(" "))
            .map(error -> FaultProxy.Fault.s3(message -> message.is("P"), Integer.parseInt(error[0]), error[1])).toList();

    private static final List<FaultProxy.Fault> BROKER_ERRORS =
            Stream.of(Errors.NOT_ENOUGH_REPLICAS, Errors.NOT_LEADER_OR_FOLLOWER).map(KafkaRefusal::of).toList();

    private final CrashSystem system;
    private final Clients clients;
    private final long seed;
    private volatile boolean over;

    Storm(CrashSystem system, Clients clients, long seed) {
        this.system = system;
        this.clients = clients;
        this.seed = seed;
    }

    /** Returns when everything is up again and every client has its answer; what was promised may still run. */
    void rage(Duration length) {
        Schedule schedule = Schedule.of(seed, length);
        System.out.printf("Storm of %d s, -Dsnapshot-export.crash.seed=%d%n", length.toSeconds(), seed);
        ExecutorService people = Executors.newCachedThreadPool();
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> ask(people), people);
        try {
            for (Step step : schedule.steps()) {
                System.out.println(step);
                pass(step.after());
                play(step);
                system.lookAfterBroker();
            }
        } finally {
            over = true;
            system.ways().forEach(FaultProxy::heal);
        }
        asking.join();
        people.shutdown();
        try {
            if (!people.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("clients still wait for an answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Two of three over HTTP. Nobody waits for others: a stalled API does not thin the stream out. */
    private void ask(ExecutorService people) {
        Random random = new Random(seed + 1);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int number = 0; !over; number++) {
            String path = "storm/" + number;
            List<String> wish = WISHES.get(random.nextInt(WISHES.size()));
            int api = random.nextInt(2);
            all.add(random.nextInt(3) > 0
                    ? CompletableFuture.runAsync(() -> clients.post(path, wish, api, PATIENCE), people)
                    : CompletableFuture.runAsync(() -> clients.produce(path, wish), people));
            pass(BETWEEN_REQUESTS);
        }
        all.forEach(CompletableFuture::join);
    }

    private void play(Step step) {
        switch (step.trouble()) {
            case KILL -> {
                kill(step);
                startAgain(step);
            }
            case DELAYED_RESTART -> {
                kill(step);
                pass(step.length());
                startAgain(step);
            }
            case PAUSE -> {
                system.awaitStarted();
                step.victims().forEach(name -> system.victim(name).pause().run());
                pass(step.length());
                step.victims().forEach(name -> system.victim(name).resume().run());
            }
            case CUT -> ways(step).forEach(FaultProxy::cut);
            case REFUSE -> during(step, FaultProxy::refuse);
            case SILENCE -> during(step, FaultProxy::silence);
            case SLOW -> during(step, way -> way.slow(200_000));
            case S3_ERRORS -> during(step, way -> way.answerWith(one(S3_ERRORS, step)));
            case WRITES_REFUSED -> {
                Collection<FaultProxy> ways = Stream.of("api", "worker").flatMap(role -> system.kafkaWays(role).stream()).toList();
                ways.forEach(way -> way.answerWith(one(BROKER_ERRORS, step)));
                pass(step.length());
                ways.forEach(FaultProxy::heal);
            }
            case DISK_FULL -> {
                system.awaitStarted();
                system.broker().fillDisk();
                system.broker().awaitEnd();
                pass(step.length());
                system.broker().startAgain();
            }
        }
    }

    private static FaultProxy.Fault one(List<FaultProxy.Fault> errors, Step step) {
        return errors.get((int) (step.length().toMillis() % errors.size()));
    }

    private void kill(Step step) {
        system.awaitStarted();
        step.victims().forEach(name -> system.victim(name).kill().run());
    }

    /** Servers first: a process of the service is ready only with them. */
    private void startAgain(Step step) {
        step.victims().stream().map(system::victim).filter(victim -> !isService(victim)).forEach(victim -> victim.startAgain().run());
        step.victims().stream().map(system::victim).filter(Storm::isService).forEach(system::startAgainLater);
    }

    private static boolean isService(Victim victim) {
        return victim.role().equals("api") || victim.role().equals("worker");
    }

    private void during(Step step, Consumer<FaultProxy> trouble) {
        ways(step).forEach(trouble);
        pass(step.length());
        ways(step).forEach(FaultProxy::heal);
    }

    private Collection<FaultProxy> ways(Step step) {
        return step.victims().stream().flatMap(server -> switch (server) {
            case "kafka" -> Stream.concat(system.kafkaWays("api").stream(), system.kafkaWays("worker").stream());
            case "store" -> system.storeWays().stream();
            case "source" -> system.sourceWays().stream();
            default -> system.s3Ways().stream();
        }).toList();
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
