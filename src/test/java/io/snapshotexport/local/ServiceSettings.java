package io.snapshotexport.local;

import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.embedded.S3ProxyServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The configuration of one process of the service: everything in one file, because a command line can be read by everybody. */
public final class ServiceSettings {

    private final Map<String, String> values;

    private ServiceSettings(Map<String, String> values) {
        this.values = values;
    }

    /** A process with both roles that uses the given servers. */
    public static ServiceSettings of(EmbeddedServers servers, DataDirectory directory) {
        PostgresServer postgres = servers.postgres();
        return of(directory, servers.kafka().bootstrapServers())
                .withStore(postgres.port(), postgres)
                .withSource(postgres.port(), postgres)
                .withS3(servers.s3().endpoint(), servers.s3().accessKey(), servers.s3().secretKey());
    }

    /** A process with both roles on that broker, with the secrets of the directory and, as yet, neither store nor source nor S3. */
    public static ServiceSettings of(DataDirectory directory, String bootstrapServers) {
        return new ServiceSettings(Map.of("quarkus.http.host", "127.0.0.1"))
                .withRoles(true, true)
                // Nobody stands before it who has to notice that it stops, or who waits for its exports.
                .with("quarkus.shutdown.delay", "0s")
                .with("snapshot-export.worker.grace", "0s")
                .with("kafka.bootstrap.servers", bootstrapServers)
                .with("snapshot-export.first-account-key", directory.accountKey())
                .with("snapshot-export.account.key-pepper", directory.keyPepper());
    }

    /** @param port where the server is to be reached, on loopback; its own or that of a proxy */
    public ServiceSettings withStore(int port, PostgresServer server) {
        return with("snapshot-export.store.url", "postgresql://127.0.0.1:" + port + "/" + EmbeddedServers.STORE_DATABASE)
                .with("snapshot-export.store.username", server.user())
                .with("snapshot-export.store.password", server.password());
    }

    /** @param port where the server is to be reached, on loopback; its own or that of a proxy */
    public ServiceSettings withSource(int port, PostgresServer server) {
        return with("snapshot-export.postgresql.us-std.url", "jdbc:postgresql://127.0.0.1:" + port)
                .with("snapshot-export.postgresql.us-std.username", server.user())
                .with("snapshot-export.postgresql.us-std.password", server.password());
    }

    /** Nothing but where to listen, and where the exported files go. */
    static ServiceSettings ofS3(S3ProxyServer s3) {
        return new ServiceSettings(Map.of("quarkus.http.host", "127.0.0.1")).withS3(s3.endpoint(), s3.accessKey(), s3.secretKey());
    }

    public ServiceSettings withS3(URI endpoint, String accessKey, String secretKey) {
        return with("snapshot-export.s3.endpoint", endpoint.toString())
                .with("snapshot-export.s3.path-style", "true")
                .with("snapshot-export.s3.region", "us-east-1")
                .with("snapshot-export.s3.access-key-id", accessKey)
                .with("snapshot-export.s3.secret-access-key", secretKey)
                // S3Proxy refuses the headers of server-side encryption.
                .with("snapshot-export.s3.encryption", "bucket-default");
    }

    public ServiceSettings withRoles(boolean api, boolean worker) {
        return with("snapshot-export.role.api", Boolean.toString(api)).with("snapshot-export.role.worker", Boolean.toString(worker));
    }

    public ServiceSettings with(String key, String value) {
        Map<String, String> more = new TreeMap<>(values);
        more.put(key, value);
        return new ServiceSettings(more);
    }

    public Map<String, String> asMap() {
        return values;
    }

    void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.putAll(values);
        // Above the defaults in the artifact (250), below environment variables (300) and system properties (400).
        properties.setProperty("config_ordinal", "275");
        PrivateFile.write(file, properties);
    }
}
