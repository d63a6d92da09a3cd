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

    private DataDirectory directory;
    private EmbeddedServers servers;

    @Override
    public Map<String, String> start() {
        try {
            directory = DataDirectory.open(Files.createTempDirectory("snapshot-export"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        servers = EmbeddedServers.start(directory);
        return ServiceSettings.of(servers, directory)
                .with("snapshot-export.worker.roll-size", Integer.toString(ROLL_SIZE))
                .with("snapshot-export.worker.heartbeat", "200ms")
                .with("snapshot-export.worker.back-off", "50ms")
                .with("snapshot-export.worker.lanes", "3")
                .with("snapshot-export.postgresql.eu-std.url", "jdbc:postgresql://127.0.0.1:" + servers.postgres().port())
                .with("snapshot-export.postgresql.eu-std.username", servers.postgres().user())
                .with("snapshot-export.postgresql.eu-std.password", servers.postgres().password())
                // A source that is away: nothing listens there.
                .with("snapshot-export.region-groups.away.bucket-regions", "*")
                .with("snapshot-export.postgresql.away.url", "jdbc:postgresql://127.0.0.1:1")
                .with("snapshot-export.postgresql.away.username", "nobody")
                .with("snapshot-export.postgresql.away.password", "s3cret-of-nobody")
                .asMap();
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
