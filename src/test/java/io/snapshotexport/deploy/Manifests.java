package io.snapshotexport.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An overlay as Kubernetes gets it, read so that a field that no model has is an error. */
public final class Manifests {

    private static final Map<String, Class<?>> MODELS = Map.ofEntries(
            Map.entry("v1 Namespace", Namespace.class),
            Map.entry("v1 ConfigMap", ConfigMap.class),
            Map.entry("v1 Service", Service.class),
            Map.entry("v1 ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1 Deployment", Deployment.class),
            Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
            Map.entry("networking.k8s.io/v1 Ingress", Ingress.class),
            Map.entry("kafka.strimzi.io/v1 KafkaTopic", CustomResources.KafkaTopic.class),
            Map.entry("kafka.strimzi.io/v1 KafkaUser", CustomResources.KafkaUser.class),
            Map.entry("postgresql.cnpg.io/v1 Cluster", CustomResources.Cluster.class),
            Map.entry("keda.sh/v1alpha1 ScaledObject", CustomResources.ScaledObject.class),
            Map.entry("keda.sh/v1alpha1 TriggerAuthentication", CustomResources.TriggerAuthentication.class),
            Map.entry("monitoring.coreos.com/v1 PodMonitor", CustomResources.PodMonitor.class),
            Map.entry("cert-manager.io/v1 Certificate", CustomResources.Certificate.class));

    private static final YAMLMapper STRICT = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .annotationIntrospector(new NoPlaceForUnknownFields())
            .build();

    private final List<Object> resources;

    private Manifests(List<Object> resources) {
        this.resources = resources;
    }

    /** The models keep what they do not know; here that is an error. */
    private static final class NoPlaceForUnknownFields extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated member) {
            return false;
        }
    }

    /** @param overlay such as {@code production} */
    public static Manifests of(String overlay) {
        return read(Kustomize.render(overlay));
    }

    static Manifests read(String yaml) {
        try (var documents = new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return new Manifests(documents.readAll().stream().map(Manifests::resource).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object resource(JsonNode document) {
        String kind = document.path("apiVersion").asText() + " " + document.path("kind").asText();
        Class<?> model = MODELS.get(kind);
        if (model == null) {
            throw new IllegalArgumentException("there is no model of " + kind);
        }
        try {
            return STRICT.readerFor(model).readValue(STRICT.writeValueAsString(document));
        } catch (IOException e) {
            throw new UncheckedIOException(kind + " " + document.at("/metadata/name").asText() + ": " + e.getMessage(), e);
        }
    }

    public <T> List<T> all(Class<T> kind) {
        return stream(kind).toList();
    }

    <T> Stream<T> stream(Class<T> kind) {
        return resources.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** Those that only begin the pod, too. */
    static Stream<Container> containers(PodSpec pod) {
        return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream());
    }

    Deployment deployment(String name) {
        return stream(Deployment.class).filter(deployment -> deployment.getMetadata().getName().equals(name)).findFirst().orElseThrow();
    }
}
