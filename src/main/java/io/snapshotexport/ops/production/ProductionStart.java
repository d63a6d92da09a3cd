package io.snapshotexport.ops.production;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.snapshotexport.messaging.TopicReplication;
import io.snapshotexport.messaging.TopicReview;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Looks before anything is served, published or taken, and once more when the topics have been found. The framework ends the process with
 * exit code 1, and without a stack trace, for this kind of exception alone.
 */
@ApplicationScoped
class ProductionStart implements TopicReview {

    private static final Logger LOG = Logger.getLogger(ProductionStart.class);

    private final boolean service;
    private final ProductionChecks checks;

    @Inject
    ProductionStart(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole,
                    @ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole,
                    ProductionConfig config, @All List<SettingsCheck> settings, @All List<TopicsCheck> topics) {
        // A process with neither role runs one command of the operator's.
        this.service = apiRole || workerRole;
        this.checks = new ProductionChecks(config, settings, topics);
    }

    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent started) {
        List<String> refusals = service ? checks.refusals() : List.of();
        if (!refusals.isEmpty()) {
            refusals.forEach(refusal -> LOG.errorf("refusing to start: %s", refusal));
            throw new ConfigurationException("snapshot-export was not started, see above");
        }
    }

    @Override
    public Optional<String> refusal(List<TopicReplication> topics) {
        List<String> refusals = checks.refusals(topics);
        return refusals.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", refusals));
    }
}
