package io.snapshotexport.crash;

import io.snapshotexport.embedded.Aside;
import io.snapshotexport.embedded.KafkaBroker;
import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.embedded.S3ProxyProcess;
import io.snapshotexport.local.DataDirectory;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.local.ServiceProcess;
import io.snapshotexport.local.ServiceSettings;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The whole system as processes of their own: API processes, workers, broker, store, source and S3, with a {@link FaultProxy} on every way
 * from a process of the service to a server. The times are short, so that what takes a minute in earnest takes seconds.
 */
final class CrashSystem implements AutoCloseable {

    static final Duration LEASE = Duration.ofSeconds(3);
    static final Duration SILENCE = Duration.ofSeconds(5);
    static final int SLOTS = 2;
    private static final String HEAP = "160m";
    private static final int LANES = 2;

    private final ServiceSettings operator;
    private final DataDirectory data;
    private final KafkaBroker kafka;
    private final PostgresServer store;
    private final PostgresServer source;
    private final S3ProxyProcess s3;
    private final Ledger ledger;
    private final Map<String, FaultProxy> kafkaWays = new LinkedHashMap<>();
    private final Map<String, FaultProxy> storeWays = new LinkedHashMap<>();
    private final Map<String, FaultProxy> sourceWays = new LinkedHashMap<>();
    private final Map<String, FaultProxy> s3Ways = new LinkedHashMap<>();
    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
    private final Map<String, Victim> victims = new LinkedHashMap<>();
    private final ExecutorService starting = Executors.newSingleThreadExecutor(task -> new Thread(task, "start-again"));
    private final List<CompletableFuture<Void>> restarts = new ArrayList<>();

    private CrashSystem(Path directory, int apis, int workers, Map<String, String> settings) {
        data = DataDirectory.open(directory);
        List<String> apiNames = names("api", apis);
        List<String> workerNames = names("worker", workers);
        Stream.concat(apiNames.stream(), workerNames.stream()).forEach(name -> kafkaWays.put(name, new FaultProxy(name, Protocol.KAFKA)));
        apiNames.forEach(name -> storeWays.put(name, new FaultProxy(name, Protocol.POSTGRES)));
        workerNames.forEach(name -> sourceWays.put(name, new FaultProxy(name, Protocol.POSTGRES)));
        workerNames.forEach(name -> s3Ways.put(name, new FaultProxy(name, Protocol.S3)));

        var broker = Aside.supply(() -> KafkaBroker.start(data.kafka(), brokerSettings()));
        var objects = Aside.supply(() -> S3ProxyProcess.start(data.s3(), directory.resolve("s3.log"), EmbeddedServers.BUCKET,
                "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        store = PostgresServer.start(directory.resolve("store"));
        source = PostgresServer.start(directory.resolve("source"));
        store.createDatabase(EmbeddedServers.STORE_DATABASE);
        ledger = new Ledger(source);
        kafka = broker.join();
        s3 = objects.join();
        kafkaWays.forEach((name, way) -> way.leadTo(kafka.listenerPort(listener(name))));
        storeWays.values().forEach(way -> way.leadTo(store.port()));
        sourceWays.values().forEach(way -> way.leadTo(source.port()));
        s3Ways.values().forEach(way -> way.leadTo(s3.port()));
        operator = settings(apiNames.get(0), settings);
        victims.put("broker", new Victim("broker", kafka::kill, kafka::startAgain, kafka::pause, kafka::resume));
        victims.put("store", new Victim("store", store::kill, store::startAgain, store::pause, store::resume));
        victims.put("source", new Victim("source", source::kill, source::startAgain, source::pause, source::resume));
        victims.put("s3", new Victim("s3", s3::kill, s3::startAgain, s3::pause, s3::resume));
        Stream.concat(apiNames.stream(), workerNames.stream()).map(name -> Aside.run(() -> startService(directory, name, settings(name, settings))))
                .toList().forEach(CompletableFuture::join);
    }

    /**
     * Starts everything and returns when all are ready.
     *
     * @param directory for all data and logs
     * @param settings  of all processes of the service, beside the short times
     */
    static CrashSystem start(Path directory, int apis, int workers, Map<String, String> settings) {
        return new CrashSystem(directory, apis, workers, settings);
    }

    private static List<String> names(String role, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> role + "-" + number).toList();
    }

    private static String listener(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private Map<String, String> brokerSettings() {
        Map<String, String> settings = new HashMap<>();
        kafkaWays.forEach((name, way) -> settings.put("advertised." + listener(name), Integer.toString(way.port())));
        settings.put("num.network.threads", "1");
        // What was given to a dead worker goes to others after this; by default after 30 s.
        settings.put("group.share.record.lock.duration.ms", "3000");
        settings.put("group.share.min.record.lock.duration.ms", "1000");
        // The groups' log is kept short: Kafka 4.3 loses its way in it when loading takes longer than a start after a kill.
        settings.put("offsets.topic.segment.bytes", Integer.toString(1 << 20));
        settings.put("log.cleaner.backoff.ms", "1000");
        settings.put("log.cleaner.min.cleanable.ratio", "0.2");
        return settings;
    }

    private ServiceSettings settings(String name, Map<String, String> further) {
        boolean api = name.startsWith("api");
        ServiceSettings settings = ServiceSettings.of(data, "127.0.0.1:" + kafkaWays.get(name).port())
                .withRoles(api, !api)
                .with("snapshot-export.kafka.publish-timeout", "2s").with("snapshot-export.kafka.connect-timeout", "1s")
                .with("snapshot-export.worker.heartbeat", "500ms").with("snapshot-export.worker.lease", LEASE.toSeconds() + "s")
                .with("snapshot-export.worker.back-off", "200ms").with("snapshot-export.worker.lanes", Integer.toString(LANES))
                .with("snapshot-export.worker.slots", Integer.toString(SLOTS)).with("snapshot-export.worker.roll-size", "8388608")
                .with("snapshot-export.watchdog.silence", SILENCE.toSeconds() + "s").with("snapshot-export.watchdog.check-every", "500ms")
                // One outage follows the other: an export may meet more of them within a minute than five attempts bear.
                .with("snapshot-export.worker.attempts", "20").with("snapshot-export.watchdog.attempts", "20")
                .with("snapshot-export.s3.part-size", "5242880").with("snapshot-export.s3.attempt-timeout", "3s")
                .with("snapshot-export.s3.request-timeout", "8s")
                .with("snapshot-export.account.requests-per-second", "10000").with("snapshot-export.account.request-burst", "10000")
                .with("snapshot-export.account.unfinished-exports", "100000");
        settings = api ? settings.withStore(storeWays.get(name).port(), store)
                : settings.withSource(sourceWays.get(name).port(), source)
                        .withS3(URI.create("http://127.0.0.1:" + s3Ways.get(name).port()), s3.accessKey(), s3.secretKey())
                        .with("snapshot-export.postgresql.us-std.connect-timeout", "3s")
                        .with("snapshot-export.postgresql.us-std.silence-timeout", "5s")
                        .with("snapshot-export.postgresql.us-std.lock-timeout", "3s")
                        // It never comes there: a worker needs no store.
                        .with("snapshot-export.store.url", "postgresql://127.0.0.1:1/none");
        for (Map.Entry<String, String> one : further.entrySet()) {
            settings = settings.with(one.getKey(), one.getValue());
        }
        return settings;
    }

    private void startService(Path directory, String name, ServiceSettings settings) {
        // All of the heap from the beginning: what grows in the memory of a process is something else then.
        String[] options = Stream.concat(Stream.of("-Xms" + HEAP, "-XX:+AlwaysPreTouch"), Stream.of(ServiceProcess.shortLived()))
                .toArray(String[]::new);
        ServiceProcess service = ServiceProcess.start(directory.resolve(name), settings, HEAP, options);
        synchronized (services) {
            services.put(name, service);
            victims.put(name, new Victim(name, service::kill, service::startAgain, service::pause, service::resume));
        }
    }

    Ledger ledger() {
        return ledger;
    }

    DataDirectory data() {
        return data;
    }

    S3ProxyProcess s3() {
        return s3;
    }

    KafkaBroker broker() {
        return kafka;
    }

    /** Past all proxies. */
    Connection connectToStore() throws SQLException {
        return DriverManager.getConnection(store.jdbcUrl(EmbeddedServers.STORE_DATABASE));
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** For clients of the tests, past all proxies. */
    Properties kafkaConnection() {
        Properties connection = new Properties();
        connection.setProperty("bootstrap.servers", kafka.bootstrapServers());
        return connection;
    }

    Victim victim(String name) {
        return victims.get(name);
    }

    Collection<Victim> victims() {
        return victims.values();
    }

    ServiceProcess service(String name) {
        return services.get(name);
    }

    Map<String, ServiceProcess> services() {
        return services;
    }

    Collection<FaultProxy> kafkaWays(String role) {
        return ways(kafkaWays, role);
    }

    Collection<FaultProxy> storeWays() {
        return storeWays.values();
    }

    Collection<FaultProxy> sourceWays() {
        return sourceWays.values();
    }

    Collection<FaultProxy> s3Ways() {
        return s3Ways.values();
    }

    FaultProxy kafkaWay(String name) {
        return kafkaWays.get(name);
    }

    private static Collection<FaultProxy> ways(Map<String, FaultProxy> all, String role) {
        return all.entrySet().stream().filter(way -> way.getKey().startsWith(role)).map(Map.Entry::getValue).toList();
    }

    List<FaultProxy> ways() {
        return Stream.of(kafkaWays, storeWays, sourceWays, s3Ways).flatMap(some -> some.values().stream()).toList();
    }

    /** As the runbook says that a person does: what Kafka does not mend by itself is no trouble that the service could. */
    void lookAfterBroker() {
        if (kafka.hasGivenUp()) {
            System.out.println("A coordinator of the broker has given up; the broker is started again");
            kafka.kill();
            kafka.startAgain();
        }
    }

    /** Behind each other, while the test goes on. */
    void startAgainLater(Victim victim) {
        synchronized (restarts) {
            restarts.add(CompletableFuture.runAsync(victim.startAgain(), starting));
        }
    }

    /** The store is gone, and made anew as {@code deploy/FAILURES.md} says. */
    void loseAndRebuildStore(Path directory) {
        List<ServiceProcess> apis = services.entrySet().stream().filter(service -> service.getKey().startsWith("api"))
                .map(Map.Entry::getValue).toList();
        apis.forEach(ServiceProcess::stop);
        store.execute(store.user(), "DROP DATABASE \"" + EmbeddedServers.STORE_DATABASE + "\" WITH (FORCE)");
        store.createDatabase(EmbeddedServers.STORE_DATABASE);
        int exitCode = ServiceProcess.run(directory, operator, "store", "rebuild");
        if (exitCode != 0) {
            throw new AssertionError("store rebuild: exit code " + exitCode + ", " + directory);
        }
        apis.forEach(ServiceProcess::startAgain);
    }

    /** Waits for everything that is on its way up. */
    void awaitStarted() {
        List<CompletableFuture<Void>> all;
        synchronized (restarts) {
            all = List.copyOf(restarts);
            restarts.clear();
        }
        all.forEach(CompletableFuture::join);
    }

    @Override
    public void close() {
        ledger.close();
        starting.shutdown();
        services.values().forEach(ServiceProcess::kill);
        ways().forEach(FaultProxy::close);
        kafka.kill();
        s3.close();
        store.close();
        source.close();
    }
}
