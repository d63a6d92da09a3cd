package io.snapshotexport.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;

/** The fields of other operators' resources that the manifests use. Whoever uses another one looks it up in the operator's definition. */
public final class CustomResources {

    private CustomResources() {
    }

    /** Strimzi. */
    public record KafkaTopic(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

        public record Spec(int partitions, int replicas, Map<String, String> config) {
        }
    }

    /** Strimzi. */
    public record KafkaUser(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

        public record Spec(Authentication authentication, Authorization authorization) {
        }

        public record Authentication(String type) {
        }

        public record Authorization(String type, List<Acl> acls) {
        }

        public record Acl(Resource resource, List<String> operations) {
        }

        public record Resource(String type, String name, String patternType) {
        }
    }

    /** CloudNativePG. */
    public record Cluster(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

        public record Spec(int instances, Bootstrap bootstrap, Managed managed, Postgresql postgresql, Storage storage,
                           ResourceRequirements resources) {
        }

        public record Managed(List<Role> roles) {
        }

        public record Role(String name, boolean login, int connectionLimit, PasswordSecret passwordSecret) {
        }

        public record PasswordSecret(String name) {
        }

        public record Bootstrap(Initdb initdb) {
        }

        public record Initdb(String database, String owner) {
        }

        public record Postgresql(Map<String, String> parameters, @JsonProperty("pg_hba") List<String> clientRules, Synchronous synchronous) {
        }

        public record Synchronous(String method, int number) {
        }

        public record Storage(String size) {
        }
    }

    /** KEDA. */
    public record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

        public record Spec(Target scaleTargetRef, int pollingInterval, int cooldownPeriod, int minReplicaCount, int maxReplicaCount,
                           Advanced advanced, List<Trigger> triggers) {
        }

        public record Target(String name) {
        }

        public record Advanced(Autoscaler horizontalPodAutoscalerConfig) {
        }

        public record Autoscaler(HorizontalPodAutoscalerBehavior behavior) {
        }

        public record Trigger(String type, Map<String, String> metadata, Target authenticationRef) {
        }
    }

    /** KEDA. */
    public record TriggerAuthentication(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

        public record Spec(List<SecretTargetRef> secretTargetRef) {
        }

        public record SecretTargetRef(String parameter, String name, String key) {
        }
    }

    /** The Prometheus operator. */
    public record PodMonitor(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

        public record Spec(LabelSelector selector, List<Endpoint> podMetricsEndpoints) {
        }

        public record Endpoint(String port, String path, String interval) {
        }
    }

    /** cert-manager. */
    public record Certificate(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

        public record Spec(String secretName, List<String> dnsNames, PrivateKey privateKey, IssuerRef issuerRef) {
        }

        public record PrivateKey(String algorithm, int size, String rotationPolicy) {
        }

        public record IssuerRef(String name, String kind) {
        }
    }
}
