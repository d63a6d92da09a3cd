package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deployed is what Kubernetes knows, and keeps the rules of this project. */
class ManifestsTest {

    private static final Path README = Path.of("deploy/README.md");
    private static final Pattern IMAGE = Pattern.compile("[a-z0-9.-]+(/[a-z0-9-]+)+:[0-9]+\\.[0-9]+\\.[0-9]+");

    private static Stream<PodSpec> pods(Manifests manifests) {
        return manifests.stream(Deployment.class).map(deployment -> deployment.getSpec().getTemplate().getSpec());
    }

    private static Stream<Container> containers(Manifests manifests) {
        return pods(manifests).flatMap(Manifests::containers);
    }

    /** Of a deployment, each by its name. */
    private static Stream<PodConfiguration> configurations(Manifests manifests, Deployment deployment) {
        return Manifests.containers(deployment.getSpec().getTemplate().getSpec())
                .map(container -> PodConfiguration.of(manifests, deployment.getMetadata().getName(), container.getName()));
    }

    @Test
    void theSmallOverlayHasOneOfEachAndNothingThatNeedsAnOperator() {
        Manifests small = Manifests.of("small");

        assertThat(small.stream(Deployment.class).map(deployment -> deployment.getSpec().getReplicas())).containsExactly(1, 1);
        for (Class<?> other : List.of(HorizontalPodAutoscaler.class, PodDisruptionBudget.class, CustomResources.ScaledObject.class,
                CustomResources.TriggerAuthentication.class, CustomResources.KafkaTopic.class, CustomResources.Cluster.class)) {
            assertThat(small.all(other)).isEmpty();
        }
    }

    @Test
    void theProductionOverlayLeavesTheNumbersOfPodsToTheirScalers() {
        Manifests production = Manifests.of("production");

        assertThat(production.all(Deployment.class)).extracting(deployment -> deployment.getSpec().getReplicas()).containsOnlyNulls();
        assertThat(production.all(PodDisruptionBudget.class)).hasSize(2);
        assertThat(production.all(HorizontalPodAutoscaler.class)).singleElement()
                .satisfies(scaler -> {
                    assertThat(scaler.getSpec().getScaleTargetRef().getName()).isEqualTo("snapshot-export-api");
                    assertThat(scaler.getSpec().getMinReplicas()).isGreaterThan(1);
                });
        assertThat(production.all(CustomResources.Certificate.class)).singleElement().satisfies(certificate ->
                assertThat(production.all(Ingress.class)).flatExtracting(ingress -> ingress.getSpec().getTls())
                        .allSatisfy(tls -> assertThat(tls.getSecretName()).isEqualTo(certificate.spec().secretName())));
    }

    /** Going down is switched off; the only way down is to none, when nothing has waited or run for a while. */
    @Test
    void noWorkerIsEndedWhileAnExportWaitsOrRuns() {
        CustomResources.ScaledObject.Spec scaling = Manifests.of("production").all(CustomResources.ScaledObject.class).get(0).spec();

        assertThat(scaling.advanced().horizontalPodAutoscalerConfig().behavior().getScaleDown().getSelectPolicy()).isEqualTo("Disabled");
        assertThat(scaling.scaleTargetRef().name()).isEqualTo("snapshot-export-worker");
        assertThat(scaling.minReplicaCount()).isZero();
        assertThat(scaling.cooldownPeriod()).as("seconds").isEqualTo(600);
        assertThat(scaling.triggers()).singleElement().satisfies(trigger -> {
            assertThat(Manifests.of("production").all(CustomResources.TriggerAuthentication.class))
                    .extracting(one -> one.metadata().getName()).containsExactly(trigger.authenticationRef().name());
            CustomResources.Cluster store = Manifests.of("production").all(CustomResources.Cluster.class).get(0);
            assertThat(trigger.metadata()).containsEntry("host", store.metadata().getName() + "-rw.snapshot-export.svc").containsEntry("port", "5432")
                    .containsEntry("dbName", store.spec().bootstrap().initdb().database());
            assertThat(trigger.metadata().get("activationTargetQueryValue")).isEqualTo("0");
            assertThat(PodConfiguration.of(Manifests.of("production"), "snapshot-export-worker", "worker").files()
                    .get("/etc/snapshot-export/worker.properties")).contains("worker.slots=" + trigger.metadata().get("targetQueryValue") + "\n");
        });
    }

    /** Of buckets nobody else has rights. */
    @Test
    void theWorkersAreTheRoleThatUsersAreTold() {
        Manifests production = Manifests.of("production");
        String role = production.stream(ServiceAccount.class).filter(account -> account.getMetadata().getName().equals("snapshot-export-worker"))
                .findFirst().orElseThrow().getMetadata().getAnnotations().get("eks.amazonaws.com/role-arn");

        assertThat(PodConfiguration.of(production, "snapshot-export-api", "api").files().get("/etc/snapshot-export/cluster.properties"))
                .contains("snapshot-export.bucket-policy.role=" + role + "\n");
        assertThat(production.stream(ServiceAccount.class).filter(account -> !account.getMetadata().getName().equals("snapshot-export-worker")))
                .isNotEmpty().allSatisfy(account -> assertThat(account.getMetadata().getAnnotations()).isNullOrEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "production", "production-store-rebuild"})
    void imagesHaveAVersionAndContainersLimits(String overlay) {
        assertThat(containers(Manifests.of(overlay))).isNotEmpty().allSatisfy(container -> {
            assertThat(container.getImage()).matches(IMAGE);
            assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
            assertThat(container.getResources().getLimits()).containsOnlyKeys("cpu", "memory");
            // What is promised is there: memory cannot be taken back.
            assertThat(container.getResources().getLimits().get("memory")).isEqualTo(container.getResources().getRequests().get("memory"));
        });
    }

    /** The heap's limit is an argument, because a native executable reads no JDK_JAVA_OPTIONS; half of the memory at least is left for all else. */
    @ParameterizedTest
    @ValueSource(strings = {"small", "production", "production-store-rebuild"})
    void theHeapIsLimitedForBothImages(String overlay) {
        assertThat(containers(Manifests.of(overlay))).allSatisfy(container -> {
            assertThat(container.getArgs()).first().asString().matches("-Xmx[0-9]+[mg]");
            String heap = container.getArgs().get(0).substring("-Xmx".length()).replace("m", "Mi").replace("g", "Gi");
            assertThat(Quantity.getAmountInBytes(new Quantity(heap)).multiply(BigDecimal.valueOf(2)))
                    .isLessThanOrEqualTo(Quantity.getAmountInBytes(container.getResources().getLimits().get("memory")));
            assertThat(container.getEnv()).filteredOn(variable -> variable.getName().equals("JDK_JAVA_OPTIONS"))
                    .noneMatch(variable -> variable.getValue().contains("-Xm"));
        });
    }

    /** The restricted standard of pod security, and a file system that nobody writes to. */
    @ParameterizedTest
    @ValueSource(strings = {"small", "production", "production-store-rebuild"})
    void podsAreRestricted(String overlay) {
        Manifests manifests = Manifests.of(overlay);

        assertThat(manifests.all(Namespace.class)).singleElement().satisfies(namespace ->
                assertThat(namespace.getMetadata().getLabels()).containsEntry("pod-security.kubernetes.io/enforce", "restricted"));
        assertThat(pods(manifests)).allSatisfy(pod -> {
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getTopologySpreadConstraints()).hasSize(2);
        });
        assertThat(containers(manifests)).allSatisfy(container -> {
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(container.getVolumeMounts()).filteredOn(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
                    .extracting("mountPath").containsExactly("/tmp");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "production"})
    void probesAskTheHealthOfTheService(String overlay) {
        assertThat(pods(Manifests.of(overlay)).flatMap(pod -> pod.getContainers().stream())).hasSize(2).allSatisfy(container -> {
            assertThat(Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                    .map(Probe::getHttpGet).map(get -> get.getPath() + " " + get.getPort().getStrVal()))
                    .containsExactly("/q/health/started http", "/q/health/live http", "/q/health/ready http");
            assertThat(container.getPorts()).singleElement().satisfies(port -> assertThat(port.getName()).isEqualTo("http"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "production"})
    void selectorsFindPodsAndReferencesAreThere(String overlay) {
        Manifests manifests = Manifests.of(overlay);
        List<Map<String, String>> pods = manifests.stream(Deployment.class)
                .map(one -> one.getSpec().getTemplate().getMetadata().getLabels()).toList();
        Stream<Map<String, String>> selectors = Stream.of(
                manifests.stream(Deployment.class).map(one -> one.getSpec().getSelector().getMatchLabels()),
                manifests.stream(Service.class).map(one -> one.getSpec().getSelector()),
                manifests.stream(PodDisruptionBudget.class).map(one -> one.getSpec().getSelector().getMatchLabels()),
                manifests.stream(NetworkPolicy.class).map(one -> one.getSpec().getPodSelector()).map(LabelSelector::getMatchLabels))
                .flatMap(found -> found);

        assertThat(selectors).isNotEmpty().allSatisfy(selector -> assertThat(selector).isNotEmpty()
                .satisfies(labels -> assertThat(pods).anyMatch(pod -> pod.entrySet().containsAll(labels.entrySet()))));
        assertThat(pods(manifests).map(PodSpec::getServiceAccountName)).isSubsetOf(manifests.stream(ServiceAccount.class)
                .map(account -> account.getMetadata().getName()).toList());
        assertThat(manifests.stream(Ingress.class).flatMap(ingress -> ingress.getSpec().getRules().get(0).getHttp().getPaths().stream())
                .map(path -> path.getBackend().getService().getName())).isSubsetOf("snapshot-export-api");
        Set<String> deployments = manifests.stream(Deployment.class).map(one -> one.getMetadata().getName()).collect(Collectors.toSet());
        assertThat(manifests.all(HorizontalPodAutoscaler.class)).allMatch(one -> deployments.contains(one.getSpec().getScaleTargetRef().getName()));
        assertThat(manifests.all(CustomResources.ScaledObject.class)).allMatch(one -> deployments.contains(one.spec().scaleTargetRef().name()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "production"})
    void networkPoliciesLetOutWhatIsNamedAndNoMetadataService(String overlay) throws IOException {
        List<NetworkPolicy> policies = Manifests.of(overlay).all(NetworkPolicy.class);

        assertThat(policies).hasSize(3).allSatisfy(policy -> assertThat(policy.getSpec().getPolicyTypes()).contains("Egress"));
        assertThat(policies.stream().flatMap(policy -> policy.getSpec().getEgress().stream())).allSatisfy(rule -> {
            assertThat(rule.getTo()).isNotEmpty().allSatisfy(peer -> {
                if (peer.getIpBlock() != null) {
                    assertThat(peer.getIpBlock().getExcept()).contains("169.254.0.0/16");
                }
            });
            assertThat(rule.getPorts()).isNotEmpty().allSatisfy(port -> assertThat(port.getPort().getIntVal()).isIn(53, 443, 5432, 9093));
        });
        assertThat(policies.stream().flatMap(policy -> policy.getSpec().getIngress().stream())).allSatisfy(rule -> {
            assertThat(rule.getFrom()).isNotEmpty();
            assertThat(rule.getPorts()).extracting(port -> port.getPort().getIntVal()).containsExactly(8080);
        });
    }

    /** The API has no password of the store's owner, scaling none of the API's, and the store a connection for each that the API may open. */
    @Test
    void eachLogsInToTheStoreAsARoleOfItsOwn() throws IOException {
        Manifests production = Manifests.of("production");
        CustomResources.Cluster.Spec store = production.all(CustomResources.Cluster.class).get(0).spec();
        CustomResources.Cluster.Role api = store.managed().roles().get(0);
        PodConfiguration migration = PodConfiguration.of(production, "snapshot-export-api", "migrate");

        assertThat(PodConfiguration.of(production, "snapshot-export-api", "api").allSecrets()).extracting(PodConfiguration.SecretKey::secret)
                .contains(api.passwordSecret().name()).doesNotContain("snapshot-export-store-app", "snapshot-export-source");
        assertThat(PodConfiguration.of(production, "snapshot-export-worker", "worker").allSecrets()).extracting(PodConfiguration.SecretKey::secret)
                .contains("snapshot-export-source").noneMatch(secret -> secret.startsWith("snapshot-export-store"));
        assertThat(migration.secrets().values()).extracting(PodConfiguration.SecretKey::secret).containsOnly("snapshot-export-store-app");
        assertThat(production.all(CustomResources.TriggerAuthentication.class)).flatExtracting(one -> one.spec().secretTargetRef())
                .extracting("name").containsOnly(store.managed().roles().get(1).passwordSecret().name());
        assertThat(migration.arguments()).endsWith("store", "migrate", "--api-role=" + api.name(),
                "--scaling-role=" + store.managed().roles().get(1).name());
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("src/main/resources/application.properties"))));
        int each = Integer.parseInt(settings.getProperty("quarkus.datasource.reactive.max-size"))
                + Integer.parseInt(settings.getProperty("quarkus.datasource.jdbc.max-size"));
        int processes = production.all(HorizontalPodAutoscaler.class).get(0).getSpec().getMaxReplicas() + 1;
        assertThat(api.connectionLimit()).isBetween(processes * each, Integer.parseInt(store.postgresql().parameters().get("max_connections")) - 20);
    }

    /** Health and metrics stay inside of the cluster. */
    @Test
    void theIngressLeadsToTheApiAlone() {
        assertThat(Manifests.of("production").stream(Ingress.class)
                .flatMap(ingress -> ingress.getSpec().getRules().get(0).getHttp().getPaths().stream()).map(path -> path.getPath()))
                .containsExactlyInAnyOrder("/v2", "/api/v1/session", "/openapi", "/asyncapi");
    }

    /** Secrets are made by others; which, and with which keys, stands in the README. */
    @Test
    void theReadmeNamesEverySecretThatIsReferredTo() throws IOException {
        Set<String> referred = new TreeSet<>();
        for (String overlay : List.of("small", "production")) {
            Manifests manifests = Manifests.of(overlay);
            manifests.stream(Deployment.class).flatMap(one -> configurations(manifests, one))
                    .flatMap(PodConfiguration::allSecrets).map(key -> key.secret() + " " + key.key()).forEach(referred::add);
            manifests.stream(CustomResources.TriggerAuthentication.class).flatMap(one -> one.spec().secretTargetRef().stream())
                    .map(key -> key.name() + " " + key.key()).forEach(referred::add);
            manifests.stream(CustomResources.Cluster.class).flatMap(one -> one.spec().managed().roles().stream())
                    .map(role -> role.passwordSecret().name()).flatMap(name -> Stream.of(name + " username", name + " password"))
                    .forEach(referred::add);
        }
        Set<String> documented = new TreeSet<>();
        for (String line : Files.readAllLines(README)) {
            if (line.startsWith("| `snapshot-export-")) {
                String[] cells = line.split("\\|");
                for (String key : cells[2].split(",")) {
                    documented.add(cells[1].replace('`', ' ').strip() + " " + key.replace('`', ' ').strip());
                }
            }
        }
        assertThat(documented).isEqualTo(referred);
    }

    @Test
    void nothingSecretStandsInTheFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("deploy/kubernetes"))) {
            assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allSatisfy(file ->
                    assertThat(Files.readString(file)).doesNotContain("kind: Secret").doesNotContainPattern("(?i)password=[^$\\s]"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "deploy/Dockerfile.jvm"})
    void imagesAreMadeFromPinnedOnesAndDoNotRunAsRoot(String file) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(file));

        assertThat(lines).filteredOn(line -> line.startsWith("FROM ")).isNotEmpty()
                .allMatch(line -> line.matches("FROM [a-z0-9.-]+(/[a-z0-9-]+)+:[a-z0-9.-]+(@sha256:[0-9a-f]{64})?( AS build)?"))
                .noneMatch(line -> line.contains(":latest"));
        assertThat(lines).filteredOn(line -> line.startsWith("USER ")).last().isEqualTo("USER 10001");
        assertThat(lines).contains("ENTRYPOINT [\"snapshot-export\"]");
    }

    /** What an image is made of lies in the project or is made by the build, and the builder is shown it. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "deploy/Dockerfile.jvm"})
    void whatAnImageIsMadeOfIsThere(String file) throws IOException {
        List<String> shown = Files.readAllLines(Path.of(".dockerignore")).stream().filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1)).toList();
        List<String> copied = Files.readAllLines(Path.of(file)).stream().filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .map(line -> line.replaceFirst("COPY( --\\S+)* ", "").split(" ")).flatMap(words -> Stream.of(words).limit(words.length - 1)).toList();

        assertThat(copied).isNotEmpty().allSatisfy(source -> {
            assertThat(source.startsWith("target/quarkus-app/") || Files.exists(Path.of(source))).as(source).isTrue();
            assertThat(shown).as(source).anyMatch(path -> Path.of(source).startsWith(path) || Path.of(path).startsWith(source));
        });
    }

    @Test
    void aFieldThatNoModelHasIsAnError() {
        assertThatThrownBy(() -> Manifests.read("{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {port: 1}}"))
                .hasMessageContaining("Service x").hasMessageContaining("\"port\"");
        assertThatThrownBy(() -> Manifests.read("{apiVersion: v1, kind: Secret}")).hasMessageContaining("no model");
    }
}
