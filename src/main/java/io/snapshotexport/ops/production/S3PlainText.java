package io.snapshotexport.ops.production;

import io.snapshotexport.s3.S3Config;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Everything that is exported goes this way. */
@ApplicationScoped
class S3PlainText implements SettingsCheck {

    private final boolean workerRole;
    private final S3Config config;

    @Inject
    S3PlainText(@ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole, S3Config config) {
        this.workerRole = workerRole;
        this.config = config;
    }

    @Override
    public String name() {
        return "s3-plain-text";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings() {
        return !workerRole ? List.of() : config.endpoint().filter(endpoint -> "http".equalsIgnoreCase(endpoint.getScheme()))
                .map(URI::toString).map(Hosts::ofUrl).map(Hosts::remote).filter(remote -> !remote.isEmpty())
                .map(remote -> List.of("snapshot-export.s3.endpoint is http://" + String.join(", ", remote)
                        + ", so that every document crosses the network in clear; use an endpoint with https.")).orElse(List.of());
    }
}
