package io.snapshotexport.ops.production;

import io.snapshotexport.messaging.TopicReplication;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** All checks of a process, and which of their findings count. */
final class ProductionChecks {

    private static final Logger LOG = Logger.getLogger(ProductionChecks.class);
    private static final String IGNORE = "snapshot-export.production.ignore";

    private final ProductionConfig config;
    private final List<SettingsCheck> settings;
    private final List<TopicsCheck> topics;

    ProductionChecks(ProductionConfig config, List<SettingsCheck> settings, List<TopicsCheck> topics) {
        this.config = config;
        this.settings = settings;
        this.topics = topics;
    }

    /** Why this process must not start with its configuration; nothing if it may. */
    List<String> refusals() {
        Set<String> known = Stream.concat(settings.stream(), topics.stream()).map(ProductionCheck::name)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> unknown = new TreeSet<>(ignored());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            return List.of(IGNORE + " names " + String.join(", ", unknown) + ", which is no check; known are " + String.join(", ", known) + ".");
        }
        return refusals(settings, SettingsCheck::findings);
    }

    /** Why this process must not use the topics; nothing if it may. */
    List<String> refusals(List<TopicReplication> found) {
        return refusals(topics, check -> check.findings(found));
    }

    private Set<String> ignored() {
        return config.ignore().orElse(Set.of());
    }

    private <T extends ProductionCheck> List<String> refusals(List<T> checks, Function<T, List<String>> look) {
        List<String> refusals = new ArrayList<>();
        if (config.on()) {
            for (T check : checks) {
                for (String finding : look.apply(check)) {
                    judge(check, finding, refusals);
                }
            }
        }
        return refusals;
    }

    private void judge(ProductionCheck check, String finding, List<String> refusals) {
        if (ignored().contains(check.name())) {
            LOG.infof("production check ignored: %s", check.name());
        } else if (check.severity() == ProductionCheck.Severity.WARNING) {
            LOG.warnf("%s To be silent about it: %s=%s", finding, IGNORE, check.name());
        } else {
            refusals.add(finding + " To start all the same: " + IGNORE + "=" + check.name());
        }
    }
}
