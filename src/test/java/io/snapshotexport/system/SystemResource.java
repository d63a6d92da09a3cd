package io.snapshotexport.system;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.snapshotexport.local.DataDirectory;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.local.ServiceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** Starts the servers for the service under test and hands them to the test classes that have a field of type {@link TestSystem}. */
public final class SystemResource implements QuarkusTestResourceLifecycleManager {

    /** Small, so that some hundred documents make several files. */
    static final int ROLL_SIZE = 64 * 1024;

    static final String BUCKET_ROLE = "arn:aws:iam::123456789012:role/SnapshotExport";

    private Map<String, String> settings = Map.of();
    private DataDirectory directory;
    private EmbeddedServers servers;

    /** @param arguments settings of the service that differ for one test class */
    @Override
    public void init(Map<String, String> arguments) {
        settings = arguments;
    }

    @Override
    public Map<String, String> start() {
        try {
            directory = DataDirectory.open(Files.createTempDirectory("snapshot-export"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        servers = EmbeddedServers.start(directory);
        ServiceSettings service = ServiceSettings.of(servers, directory)
                // Tests ask faster and fail oftener than users.
                .with("snapshot-export.account.requests-per-second", "10000")
                .with("snapshot-export.account.request-burst", "10000")
                .with("snapshot-export.account.unfinished-exports", "10000")
                .with("snapshot-export.account.failed-authentications-per-minute", "100000")
                .with("snapshot-export.bucket-policy.role", BUCKET_ROLE)
                .with("quarkus.http.test-port", "0")
                .with("snapshot-export.worker.roll-size", Integer.toString(ROLL_SIZE))
                .with("snapshot-export.worker.heartbeat", "200ms")
                .with("snapshot-export.worker.back-off", "50ms")
                .with("snapshot-export.worker.lanes", "3")
                .with("snapshot-export.postgresql.eu-std.url", "jdbc:postgresql://127.0.0.1:" + servers.postgres().port())
                .with("snapshot-export.postgresql.eu-std.username", servers.postgres().user())
                .with("snapshot-export.postgresql.eu-std.password", servers.postgres().password())
                // The same server, whose documents are taken for tagged.
                .with("snapshot-export.region-groups.tagged.bucket-regions", "*")
                .with("snapshot-export.postgresql.tagged.url", "jdbc:postgresql://127.0.0.1:" + servers.postgres().port())
                .with("snapshot-export.postgresql.tagged.username", servers.postgres().user())
                .with("snapshot-export.postgresql.tagged.password", servers.postgres().password())
                .with("snapshot-export.postgresql.tagged.documents", "tagged")
                // A source that is away: nothing listens there.
                .with("snapshot-export.region-groups.away.bucket-regions", "*")
                .with("snapshot-export.postgresql.away.url", "jdbc:postgresql://127.0.0.1:1")
                .with("snapshot-export.postgresql.away.username", "nobody")
                .with("snapshot-export.postgresql.away.password", "s3cret-of-nobody");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            service = service.with(setting.getKey(), setting.getValue());
        }
        return service.asMap();
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(new TestSystem(servers, directory), new TestInjector.MatchesType(TestSystem.class));
    }

    @Override
    public void stop() {
        if (servers != null) {
            servers.close();
            DataDirectory.deleteAll(directory.path());
        }
    }
}
