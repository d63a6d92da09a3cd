package io.snapshotexport.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The configuration of the embedded broker, as files in its directory. */
final class KafkaBrokerSettings {

    static final String SETTINGS_FILE = "server.properties";
    static final String LOGGING_FILE = "logging.properties";
    private static final String HOST = "127.0.0.1";
    private static final String ADVERTISED = "advertised.listeners";
    private static final String FURTHER_LISTENER = "advertised.";
    private static final String CLIENTS = "CLIENTS://";
    private static final String VOTERS = "controller.quorum.voters";

    private KafkaBrokerSettings() {
    }

    /** Writes both files; the ports of an earlier run are kept where they are free. */
    static Properties write(Path directory, Map<String, String> further, Optional<ServerCertificate> certificate) throws IOException {
        Path file = directory.resolve(SETTINGS_FILE);
        Properties earlier = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                earlier.load(reader);
            }
        }
        Properties settings = settings(directory, freePort(first(earlier.getProperty(ADVERTISED))), freePort(earlier.getProperty(VOTERS)));
        for (Map.Entry<String, String> entry : further.entrySet()) {
            if (entry.getKey().startsWith(FURTHER_LISTENER) && !entry.getKey().equals(ADVERTISED)) {
                addListener(settings, entry.getKey().substring(FURTHER_LISTENER.length()), entry.getValue());
            } else {
                settings.setProperty(entry.getKey(), entry.getValue());
            }
        }
        if (certificate.isPresent()) {
            secure(settings, directory, certificate.get());
        }
        try (var writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
        Files.writeString(directory.resolve(LOGGING_FILE), """
                logger.level=INFO
                logger.handlers=CONSOLE
                handler.CONSOLE=org.jboss.logmanager.handlers.ConsoleHandler
                handler.CONSOLE.properties=autoFlush,target
                handler.CONSOLE.autoFlush=true
                handler.CONSOLE.target=SYSTEM_OUT
                handler.CONSOLE.formatter=LINE
                formatter.LINE=org.jboss.logmanager.formatters.PatternFormatter
                formatter.LINE.properties=pattern
                formatter.LINE.pattern=%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%c{1}] (%t) %s%e%n
                """);
        return settings;
    }

    private static void addListener(Properties settings, String name, String advertisedPort) throws IOException {
        append(settings, "listeners", name + "://" + HOST + ":" + freePort(null));
        append(settings, ADVERTISED, name + "://" + HOST + ":" + advertisedPort);
        append(settings, "listener.security.protocol.map", name + ":PLAINTEXT");
    }

    private static void append(Properties settings, String key, String value) {
        settings.setProperty(key, settings.getProperty(key) + "," + value);
    }

    private static Properties settings(Path directory, int port, int controllerPort) {
        Properties settings = new Properties();
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", "1");
        settings.setProperty("listeners", "BROKER://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        settings.setProperty(ADVERTISED, "BROKER://" + HOST + ":" + port);
        settings.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.setProperty("inter.broker.listener.name", "BROKER");
        settings.setProperty("controller.listener.names", "CONTROLLER");
        settings.setProperty(VOTERS, "1@" + HOST + ":" + controllerPort);
        settings.setProperty("log.dirs", directory.resolve("data").toString());
        settings.setProperty("auto.create.topics.enable", "false");
        // Everybody may do everything until somebody restricts it.
        settings.setProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.setProperty("allow.everyone.if.no.acl.found", "true");
        // One node: one replica of everything, and few partitions, so that a start does not open fifty logs of each.
        for (String topic : new String[] {"offsets.topic.", "transaction.state.log.", "share.coordinator.state.topic."}) {
            settings.setProperty(topic + "replication.factor", "1");
            settings.setProperty(topic + "num.partitions", "1");
        }
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
        // After a kill the broker waits until its earlier registration has expired.
        settings.setProperty("broker.session.timeout.ms", "2000");
        settings.setProperty("broker.heartbeat.interval.ms", "500");
        // A share consumer learns its partitions with its second heartbeat, which comes after 5 s by default.
        settings.setProperty("group.share.min.heartbeat.interval.ms", "500");
        settings.setProperty("group.share.heartbeat.interval.ms", "500");
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        return settings;
    }

    /** One more listener, for clients with TLS, a password, and no rights but those that somebody gives them. */
    private static void secure(Properties settings, Path directory, ServerCertificate certificate) throws IOException {
        Path pem = directory.resolve("server.pem");
        Files.writeString(pem, certificate.key() + certificate.certificate());
        String clients = "," + CLIENTS + HOST + ":" + freePort(null);
        settings.setProperty("listeners", settings.getProperty("listeners") + clients);
        settings.setProperty(ADVERTISED, settings.getProperty(ADVERTISED) + clients);
        settings.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENTS:SASL_SSL");
        settings.setProperty("ssl.keystore.type", "PEM");
        settings.setProperty("ssl.keystore.location", pem.toString());
        settings.setProperty("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.setProperty("listener.name.clients.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        settings.setProperty("allow.everyone.if.no.acl.found", "false");
        settings.setProperty("authorizer.class.name", WitnessAuthorizer.class.getName());
        settings.setProperty(WitnessAuthorizer.FILE, directory.resolve("allowed.txt").toString());
        settings.setProperty("super.users", "User:ANONYMOUS");
    }

    static String bootstrapServers(Properties settings) {
        return first(settings.getProperty(ADVERTISED)).substring("BROKER://".length());
    }

    static int listenerPort(Properties settings, String name) {
        String listener = Stream.of(settings.getProperty("listeners").split(",")).filter(one -> one.startsWith(name + "://"))
                .findFirst().orElseThrow();
        return Integer.parseInt(listener.substring(listener.lastIndexOf(':') + 1));
    }

    static String securedServers(Properties settings) {
        String advertised = settings.getProperty(ADVERTISED);
        return advertised.substring(advertised.indexOf(CLIENTS) + CLIENTS.length());
    }

    private static String first(String listeners) {
        return listeners == null ? null : listeners.split(",")[0];
    }

    /** The port at the end of the earlier address if it is free, otherwise any. */
    private static int freePort(String earlier) throws IOException {
        if (earlier != null) {
            int port = Integer.parseInt(earlier.substring(earlier.lastIndexOf(':') + 1));
            if (FreePorts.isFree(port)) {
                return port;
            }
        }
        return FreePorts.next();
    }
}
