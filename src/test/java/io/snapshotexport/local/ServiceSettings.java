package io.snapshotexport.local;

import io.snapshotexport.embedded.S3ProxyServer;
import java.io.IOException;
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
        String postgres = "127.0.0.1:" + servers.postgres().port();
        return ofS3(servers.s3())
                .with("snapshot-export.s3.region", "us-east-1")
                .withRoles(true, true)
                .with("kafka.bootstrap.servers", servers.kafka().bootstrapServers())
                .with("snapshot-export.store.url", "postgresql://" + postgres + "/" + EmbeddedServers.STORE_DATABASE)
                .with("snapshot-export.store.username", servers.postgres().user())
                .with("snapshot-export.store.password", servers.postgres().password())
                .with("snapshot-export.first-account-key", directory.accountKey())
                .with("snapshot-export.account.key-pepper", directory.keyPepper())
                .with("snapshot-export.postgresql.us-std.url", "jdbc:postgresql://" + postgres)
                .with("snapshot-export.postgresql.us-std.username", servers.postgres().user())
                .with("snapshot-export.postgresql.us-std.password", servers.postgres().password());
    }

    /** Nothing but where to listen, and where the exported files go. */
    static ServiceSettings ofS3(S3ProxyServer s3) {
        return new ServiceSettings(Map.of("quarkus.http.host", "127.0.0.1"))
                .with("snapshot-export.s3.endpoint", s3.endpoint().toString())
                .with("snapshot-export.s3.path-style", "true")
                .with("snapshot-export.s3.access-key-id", s3.accessKey())
                .with("snapshot-export.s3.secret-access-key", s3.secretKey())
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
