package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.Test;

/** The overlay for the day on which the store is lost: production, but for what stands in the API's place. */
class StoreRebuildOverlayTest {

    private static final String API = "snapshot-export-api";

    private final Manifests production = Manifests.of("production");
    private final Manifests rebuild = Manifests.of("production-store-rebuild");

    @Test
    void noApiReadsOnAndTheCommandRunsWithWhatTheApiHas() {
        Deployment deployment = rebuild.deployment(API);
        Container container = deployment.getSpec().getTemplate().getSpec().getContainers().get(0);

        assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
        assertThat(deployment.getSpec().getStrategy().getRollingUpdate()).isNull();
        assertThat(container.getArgs()).endsWith("store", "rebuild");
        assertThat(container.getReadinessProbe()).as("of a program that ends").isNull();
        assertThat(container.getLivenessProbe()).isNull();
        assertThat(container.getStartupProbe()).isNull();
        PodConfiguration api = PodConfiguration.of(production, API, "api");
        PodConfiguration command = PodConfiguration.of(rebuild, API, "api");
        assertThat(command.environment()).isEqualTo(api.environment());
        assertThat(command.allSecrets()).containsExactlyElementsOf(api.allSecrets().toList());
        assertThat(PodConfiguration.of(rebuild, API, "migrate")).isEqualTo(PodConfiguration.of(production, API, "migrate"));
    }

    @Test
    void nothingElseIsChanged() {
        Deployment deployment = rebuild.deployment(API);
        Deployment usual = production.deployment(API);
        deployment.getSpec().setStrategy(usual.getSpec().getStrategy());
        deployment.getSpec().getTemplate().getSpec().setContainers(usual.getSpec().getTemplate().getSpec().getContainers());

        assertThat(rebuild.all(Object.class)).usingRecursiveFieldByFieldElementComparator().containsExactlyInAnyOrderElementsOf(production.all(Object.class));
    }
}
