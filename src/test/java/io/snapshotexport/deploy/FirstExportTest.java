package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.snapshotexport.contract.ContractDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from nothing to a first export in {@code deploy/README.md}: what its commands speak of is in the overlays. */
class FirstExportTest {

    private static final Pattern DEPLOYMENT = Pattern.compile("\\bdeploy(?:ment)?/(snapshot-export-[a-z]+)");
    private static final Pattern TUNNEL = Pattern.compile("port-forward service/([a-z-]+) ([0-9]+):([0-9]+)");
    private static final Pattern SECRET = Pattern.compile("create secret generic ([a-z-]+)((?: \\\\\n +\\S+| \\S+)*)");

    private static String readme() throws IOException {
        return Files.readString(Pages.project().resolve("deploy/README.md"));
    }

    /** The section with that number, with the commands in it. */
    private static String step(int number) throws IOException {
        return Stream.of(readme().split("(?m)^(?=## )")).filter(section -> section.startsWith("## " + number + ".")).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "production"})
    void eachOverlayIsAppliedAndItsDeploymentsAreThere(String overlay) throws IOException {
        assertThat(step(6)).contains("kubectl apply -k deploy/kubernetes/overlays/" + overlay + "\n");
        assertThat(Manifests.of(overlay).stream(Deployment.class).map(one -> one.getMetadata().getName()))
                .containsAll(DEPLOYMENT.matcher(readme()).results().map(named -> named.group(1)).toList());
    }

    @Test
    void theTunnelOfTheSmallOverlayLeadsToTheApiAndTheExportThroughIt() throws IOException {
        var tunnel = TUNNEL.matcher(step(6)).results().toList();

        assertThat(tunnel).hasSize(1);
        Service service = Manifests.of("small").stream(Service.class).filter(one -> one.getMetadata().getName().equals(tunnel.get(0).group(1)))
                .findFirst().orElseThrow();
        assertThat(service.getSpec().getPorts()).extracting(port -> port.getPort().toString()).contains(tunnel.get(0).group(3));
        assertThat(service.getSpec().getSelector()).containsEntry("app.kubernetes.io/component", "api");
        assertThat(step(7)).contains("`API=http://localhost:" + tunnel.get(0).group(2) + "`");
        Set<String> asked = Pattern.compile("\"\\$API(/[a-z0-9/]+)\"").matcher(step(7)).results().map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(asked).containsExactly("/v2/exports");
        assertThat(ContractDocument.openApi().root().get("paths").has("/v2/exports")).isTrue();
    }

    /** Those that an operator of the cluster does not make, each with the keys that pods look for. */
    @Test
    void everySecretThatOneMakesOneselfIsMadeByACommand() throws IOException {
        Set<String> wanted = new TreeSet<>();
        for (String line : step(4).lines().filter(line -> line.startsWith("| `snapshot-export-") && line.contains("you")).toList()) {
            List<String> cells = List.of(line.replace("`", "").split("\\|"));
            Stream.of(cells.get(2).split(",")).forEach(key -> wanted.add(cells.get(1).strip() + " " + key.strip()));
        }
        Set<String> made = new TreeSet<>();
        SECRET.matcher(step(4)).results().forEach(command -> Pattern.compile("--from-(?:literal|file)=([a-z.-]+)=").matcher(command.group(2))
                .results().forEach(key -> made.add(command.group(1) + " " + key.group(1))));

        assertThat(made).isEqualTo(wanted);
    }

    @Test
    void theStoresRolesAreMadeUnderTheNamesThatTheStoreKnows() throws IOException {
        for (CustomResources.Cluster.Role role : Manifests.of("production").all(CustomResources.Cluster.class).get(0).spec().managed().roles()) {
            assertThat(SECRET.matcher(step(4)).results().map(command -> command.group()))
                    .anyMatch(command -> command.contains("generic " + role.passwordSecret().name() + " --type=kubernetes.io/basic-auth")
                            && command.contains("--from-literal=username=" + role.name() + " "));
        }
    }
}
