package io.snapshotexport.ops.production;

import io.snapshotexport.s3.S3Config;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A key that never ends is a key that gets stolen. */
@ApplicationScoped
class StaticS3Credentials implements SettingsCheck {

    private final boolean workerRole;
    private final S3Config config;

    @Inject
    StaticS3Credentials(@ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole, S3Config config) {
        this.workerRole = workerRole;
        this.config = config;
    }

    @Override
    public String name() {
        return "static-s3-credentials";
    }

    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public List<String> findings() {
        return !workerRole || config.accessKeyId().isEmpty() ? List.of()
                : List.of("snapshot-export.s3.access-key-id is set, a key that does not end by itself; leave it out, and give the workers a role of "
                + "their platform.");
    }
}
