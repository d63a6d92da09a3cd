package io.snapshotexport.local;

import io.snapshotexport.deploy.CustomResources.Cluster;
import io.snapshotexport.deploy.CustomResources.KafkaTopic;
import io.snapshotexport.deploy.CustomResources.KafkaUser;
import io.snapshotexport.deploy.Manifests;
import io.snapshotexport.deploy.SecurityPage;
import io.snapshotexport.embedded.KafkaBroker;
import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.embedded.S3ProxyServer;
import io.snapshotexport.embedded.ServerCertificate;
import io.snapshotexport.system.TopicRecords;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The servers as a cluster has them: TLS everywhere; in Kafka the topics, users and rights of the manifests, and no others; in PostgreSQL the
 * roles of the page on security.
 */
record SecuredServers(PostgresServer postgres, KafkaBroker kafka, S3ProxyServer s3, ServerCertificate certificate) implements AutoCloseable {

    static final String PASSWORD = "s3cret";
    static final String SOURCE_ROLE = "exporter";
    private static final String SUPERUSERS = "postgres";

    static SecuredServers start(DataDirectory data, Manifests manifests) throws ExecutionException, InterruptedException {
        ServerCertificate certificate = ServerCertificate.make(data.path().resolve("tls"));
        SecuredServers servers = new SecuredServers(PostgresServer.start(data.postgres()), KafkaBroker.startSecured(data.kafka(), certificate),
                S3ProxyServer.start(data.s3()), certificate);
        manifests.all(Cluster.class).forEach(servers::createStore);
        servers.postgres.requireTls(certificate);
        servers.s3.createBucket(EmbeddedServers.BUCKET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafka.bootstrapServers()))) {
            admin.createTopics(manifests.all(KafkaTopic.class).stream().map(SecuredServers::topic).toList()).all().get();
            admin.alterUserScramCredentials(manifests.all(KafkaUser.class).stream().map(SecuredServers::credential).toList()).all().get();
            admin.createAcls(manifests.all(KafkaUser.class).stream().flatMap(user -> rights(user).stream()).toList()).all().get();
        }
        return servers;
    }

    /** What CloudNativePG does: an owner who is no superuser, an empty database, and roles that can log in. */
    private void createStore(Cluster cluster) {
        Cluster.Initdb wanted = cluster.spec().bootstrap().initdb();
        execute(SUPERUSERS, "CREATE ROLE " + wanted.owner() + " LOGIN PASSWORD '" + PASSWORD + "'");
        execute(SUPERUSERS, "CREATE DATABASE " + wanted.database() + " OWNER " + wanted.owner());
        for (Cluster.Role role : cluster.spec().managed().roles()) {
            execute(SUPERUSERS, "CREATE ROLE " + role.name() + (role.login() ? " LOGIN" : "") + " CONNECTION LIMIT " + role.connectionLimit()
                    + " PASSWORD '" + PASSWORD + "'");
        }
    }

    /** An empty database in the place of the store. */
    void loseStore(Manifests manifests) {
        for (Cluster cluster : manifests.all(Cluster.class)) {
            Cluster.Initdb wanted = cluster.spec().bootstrap().initdb();
            execute(SUPERUSERS, "DROP DATABASE " + wanted.database() + " WITH (FORCE)");
            execute(SUPERUSERS, "CREATE DATABASE " + wanted.database() + " OWNER " + wanted.owner());
        }
    }

    /** What a client of Kafka needs who comes as that user. */
    Map<String, Object> connection(String user) {
        return Map.of("bootstrap.servers", kafka.securedServers(), "security.protocol", "SASL_SSL", "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config", login(user), "ssl.truststore.type", "PEM", "ssl.truststore.certificates", certificate.certificate());
    }

    /** Lets the source's user read the database, and nothing else. */
    void grantSource(String database) {
        execute(database, SecurityPage.block("sql source-role"));
        execute(database, "ALTER ROLE " + SOURCE_ROLE + " PASSWORD '" + PASSWORD + "'");
    }

    private void execute(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(database)); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** There is one broker. */
    private static NewTopic topic(KafkaTopic topic) {
        Map<String, String> config = new HashMap<>(topic.spec().config());
        config.put("min.insync.replicas", "1");
        return new NewTopic(topic.metadata().getName(), Optional.of(topic.spec().partitions()), Optional.of((short) 1)).configs(config);
    }

    private static UserScramCredentialAlteration credential(KafkaUser user) {
        return new UserScramCredentialUpsertion(user.metadata().getName(), new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD);
    }

    private static List<AclBinding> rights(KafkaUser user) {
        List<AclBinding> rights = new ArrayList<>();
        for (KafkaUser.Acl acl : user.spec().authorization().acls()) {
            KafkaUser.Resource resource = acl.resource();
            ResourcePattern pattern = new ResourcePattern(ResourceType.fromString(resource.type()), resource.name(),
                    "prefix".equals(resource.patternType()) ? PatternType.PREFIXED : PatternType.LITERAL);
            for (String operation : acl.operations()) {
                String name = operation.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
                rights.add(new AclBinding(pattern, new AccessControlEntry("User:" + user.metadata().getName(), "*",
                        AclOperation.fromString(name), AclPermissionType.ALLOW)));
            }
        }
        return rights;
    }

    /** As somebody who may do everything sees them. */
    TopicRecords topics() {
        Properties direct = new Properties();
        direct.setProperty("bootstrap.servers", kafka.bootstrapServers());
        return new TopicRecords(direct);
    }

    /** Rights that the user has and that nothing has been allowed by, since the servers were started. */
    List<String> unused(KafkaUser user) {
        List<String> allowed = kafka.allowed();
        return rights(user).stream().filter(right -> allowed.stream().noneMatch(one -> isBy(right, one)))
                .map(right -> right.entry().operation() + " " + right.pattern().name()).toList();
    }

    private static boolean isBy(AclBinding right, String allowed) {
        String by = right.entry().principal() + " " + right.entry().operation() + " " + right.pattern().resourceType() + " "
                + right.pattern().name();
        return right.pattern().patternType() == PatternType.PREFIXED ? allowed.startsWith(by) : allowed.equals(by);
    }

    /** What Strimzi puts into the secret of a user. */
    static String login(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\"" + PASSWORD + "\";";
    }

    @Override
    public void close() {
        try (postgres; s3) {
            kafka.close();
        }
    }
}
