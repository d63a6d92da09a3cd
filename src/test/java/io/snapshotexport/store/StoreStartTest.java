package io.snapshotexport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.snapshotexport.embedded.PostgresServer;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an API process starts beside a store that takes connections and says nothing, as one that is just being killed, or that is cut off. */
@Timeout(120)
class StoreStartTest {

    private static final String JDBC = "quarkus.datasource.jdbc.";
    private static final String ADDITIONAL = JDBC + "additional-jdbc-properties.";
    private static final int SILENT = 2;

    /** The way to the store: the first connections lead nowhere, for good, or break off; later ones lead there. */
    private static final class BadAtFirst implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<Socket> held = new ArrayList<>();
        private final AtomicInteger connections = new AtomicInteger();
        private final int bad;
        private final int bytes;

        /**
         * @param bad   how many
         * @param bytes how far answers come on each of these
         */
        BadAtFirst(int storePort, int bad, int bytes) throws IOException {
            this.bad = bad;
            this.bytes = bytes;
            threads.execute(() -> {
                try {
                    while (true) {
                        lead(listener.accept(), storePort);
                    }
                } catch (IOException closed) {
                    // The test is over.
                }
            });
        }

        private void lead(Socket client, int storePort) throws IOException {
            held.add(client);
            boolean good = connections.incrementAndGet() > bad;
            if (good || bytes > 0) {
                Socket store = new Socket(InetAddress.getByName("127.0.0.1"), storePort);
                held.add(store);
                threads.execute(() -> pass(client, store));
                threads.execute(good ? () -> pass(store, client) : () -> breakOff(store, client));
            }
        }

        private void breakOff(Socket from, Socket to) {
            try (from; to) {
                for (int left = bytes; left > 0; left--) {
                    to.getOutputStream().write(from.getInputStream().read());
                }
            } catch (IOException ended) {
                // So does the other direction.
            }
        }

        private static void pass(Socket from, Socket to) {
            try (from; to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException ended) {
                // So does the other direction.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            threads.shutdownNow();
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    private static Properties settings() throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(reader);
        }
        return settings;
    }

    /** As the service has it. */
    private static AgroalDataSource dataSource(PostgresServer postgres, int port) throws Exception {
        Properties settings = settings();
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool
                .minSize(Integer.parseInt(settings.getProperty(JDBC + "min-size")))
                .initialSize(Integer.parseInt(settings.getProperty(JDBC + "initial-size")))
                .maxSize(Integer.parseInt(settings.getProperty(JDBC + "max-size")))
                .acquisitionTimeout(Duration.ofSeconds(Long.parseLong(settings.getProperty(JDBC + "acquisition-timeout"))))
                .connectionFactoryConfiguration(factory -> {
                    factory.connectionProviderClassName("org.postgresql.Driver").jdbcUrl("jdbc:postgresql://127.0.0.1:" + port + "/started")
                            .principal(new NamePrincipal(postgres.user())).credential(new SimplePassword(postgres.password()));
                    settings.stringPropertyNames().stream().filter(name -> name.startsWith(ADDITIONAL))
                            .forEach(name -> factory.jdbcProperty(name.substring(ADDITIONAL.length()), settings.getProperty(name)));
                    return factory;
                })));
    }

    private static Instance<Flyway> flyway(AgroalDataSource store, AtomicInteger tries) {
        return instance(() -> {
            tries.incrementAndGet();
            return Flyway.configure().dataSource(store).load();
        });
    }

    @SuppressWarnings("unchecked")
    private static <T> Instance<T> instance(Supplier<T> supplier) {
        Class<?>[] type = {Instance.class};
        return (Instance<T>) Proxy.newProxyInstance(StoreStartTest.class.getClassLoader(), type, (proxy, method, arguments) -> supplier.get());
    }

    /** In the middle of everything that Flyway does, more often than there are connections in the pool. */
    @ParameterizedTest
    @ValueSource(ints = {600, 1_500, 3_000})
    void goesOnTryingWhenConnectionsBreakOff(int bytes) throws Exception {
        goesOnTrying(6, bytes);
    }

    @Test
    void goesOnTryingUntilTheStoreAnswers() throws Exception {
        goesOnTrying(SILENT, 0);
    }

    private static void goesOnTrying(int bad, int bytes) throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (PostgresServer postgres = PostgresServer.start()) {
            postgres.createDatabase("started");
            try (BadAtFirst way = new BadAtFirst(postgres.port(), bad, bytes); AgroalDataSource store = dataSource(postgres, way.listener.getLocalPort())) {
                StoreStart start = new StoreStart(true, Optional.empty(), flyway(store, tries), instance(() -> store), null, null, null);
                start.onStart(new StartupEvent());
                await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(250)).until(() -> hasSchema(postgres));
                assertThat(way.connections).hasValueGreaterThan(bad);
                assertThat(tries).hasValueGreaterThan(1);
                start.onStop(new ShutdownEvent());
            }
        }
    }

    private static boolean hasSchema(PostgresServer postgres) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("started")); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('public.export') IS NOT NULL")) {
            return row.next() && row.getBoolean(1);
        }
    }
}
