package io.snapshotexport.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapProjection;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a container of a deployment finds when it starts.
 *
 * @param arguments   of its program
 * @param environment with plain values
 * @param secrets     environment variables that come from secrets, and the keys that they come from
 * @param files       the content of the files of ConfigMaps, by path
 * @param secretFiles the files that come from secrets, by path
 */
public record PodConfiguration(List<String> arguments, Map<String, String> environment, Map<String, SecretKey> secrets,
                               Map<String, String> files, Map<String, SecretKey> secretFiles) {

    public record SecretKey(String secret, String key) {
    }

    /**
     * Looks at one container, of those that only begin a pod, too.
     *
     * @throws IllegalArgumentException if it refers to a ConfigMap that is not there
     */
    public static PodConfiguration of(Manifests manifests, String deployment, String container) {
        PodSpec pod = manifests.deployment(deployment).getSpec().getTemplate().getSpec();
        Container of = Manifests.containers(pod).filter(one -> one.getName().equals(container)).findFirst().orElseThrow();
        PodConfiguration found = new PodConfiguration(of.getArgs(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        of.getEnv().forEach(found::add);
        for (VolumeMount mount : of.getVolumeMounts()) {
            Volume volume = pod.getVolumes().stream().filter(one -> one.getName().equals(mount.getName())).findFirst().orElseThrow();
            String path = mount.getMountPath();
            List<VolumeProjection> sources = volume.getProjected() == null ? List.of() : volume.getProjected().getSources();
            sources.forEach(source -> found.add(manifests, path + "/", source));
        }
        return found;
    }

    private void add(EnvVar variable) {
        if (variable.getValueFrom() == null) {
            environment.put(variable.getName(), variable.getValue());
        } else {
            var reference = variable.getValueFrom().getSecretKeyRef();
            secrets.put(variable.getName(), new SecretKey(reference.getName(), reference.getKey()));
        }
    }

    private void add(Manifests manifests, String path, VolumeProjection source) {
        SecretProjection secret = source.getSecret();
        if (secret != null) {
            for (KeyToPath item : secret.getItems()) {
                secretFiles.put(path + item.getPath(), new SecretKey(secret.getName(), item.getKey()));
            }
            return;
        }
        ConfigMapProjection wanted = source.getConfigMap();
        manifests.stream(ConfigMap.class).filter(map -> map.getMetadata().getName().equals(wanted.getName())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no ConfigMap " + wanted.getName()))
                .getData().forEach((name, content) -> files.put(path + name, content));
    }

    /** The configuration files that the process reads, in order. */
    public List<String> locations() {
        return Arrays.asList(environment.get("SMALLRYE_CONFIG_LOCATIONS").split(","));
    }

    public Stream<SecretKey> allSecrets() {
        return Stream.concat(secrets.values().stream(), secretFiles.values().stream());
    }
}
