package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the policies let each container reach what its configuration names; that they let out nothing else is in {@link ManifestsTest}. */
class NetworkPoliciesTest {

    private static final Pattern ADDRESS = Pattern.compile("([a-z0-9.-]+):(\\d+)(?:/\\S*)?$");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9-]+\\.([a-z0-9-]+)\\.svc");
    private static final String NAMESPACE = "kubernetes.io/metadata.name";
    private static final String S3 = "s3.amazonaws.com";

    private record Place(String host, int port) {

        static Place of(String setting) {
            Matcher address = ADDRESS.matcher(setting);
            assertThat(address.find()).as(setting).isTrue();
            return new Place(address.group(1), Integer.parseInt(address.group(2)));
        }
    }

    @ParameterizedTest
    @CsvSource({"small, api, api, 2", "small, worker, worker, 3", "production, api, api, 2", "production, api, migrate, 2",
        "production, worker, worker, 3"})
    void whatAContainerIsToldToReachIsLetThrough(String overlay, String role, String container, int least) {
        Manifests manifests = Manifests.of(overlay);
        String deployment = "snapshot-export-" + role;
        Map<String, String> labels = manifests.deployment(deployment).getSpec().getTemplate().getMetadata().getLabels();
        List<NetworkPolicyEgressRule> rules = manifests.stream(NetworkPolicy.class)
                .filter(policy -> labels.entrySet().containsAll(policy.getSpec().getPodSelector().getMatchLabels().entrySet()))
                .flatMap(policy -> policy.getSpec().getEgress().stream()).toList();
        List<Place> places = places(PodConfiguration.of(manifests, deployment, container), role.equals("worker"));

        assertThat(places).hasSizeGreaterThanOrEqualTo(least)
                .allSatisfy(place -> assertThat(rules).as(place.toString()).anyMatch(rule -> leadsTo(rule, place)));
    }

    private static List<Place> places(PodConfiguration pod, boolean worker) {
        List<Place> places = new ArrayList<>();
        pod.files().values().forEach(file -> read(file).forEach((key, value) -> {
            String name = key.toString();
            if (name.equals("kafka.bootstrap.servers") || name.equals("snapshot-export.store.url")
                    || name.startsWith("snapshot-export.postgresql.") && name.endsWith(".url")) {
                places.add(Place.of(value.toString().replaceFirst("\\?.*", "")));
            }
        }));
        if (worker) {
            places.add(new Place(S3, 443));
        }
        return places;
    }

    private static Properties read(String file) {
        Properties settings = new Properties();
        try {
            settings.load(new StringReader(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }

    private static boolean leadsTo(NetworkPolicyEgressRule rule, Place place) {
        return rule.getPorts().stream().anyMatch(port -> port.getPort().getIntVal() == place.port())
                && rule.getTo().stream().anyMatch(peer -> isWhere(peer, place.host()));
    }

    private static boolean isWhere(NetworkPolicyPeer peer, String host) {
        Matcher service = SERVICE.matcher(host);
        if (service.matches()) {
            // An address of the world outside does not do: to some network plugins pods have none.
            return peer.getNamespaceSelector() != null && service.group(1).equals(peer.getNamespaceSelector().getMatchLabels().get(NAMESPACE));
        }
        if (host.equals(S3)) {
            return peer.getIpBlock() != null && peer.getIpBlock().getCidr().equals("0.0.0.0/0");
        }
        return peer.getPodSelector() != null && host.equals(peer.getPodSelector().getMatchLabels().get("cnpg.io/cluster") + "-rw");
    }
}
