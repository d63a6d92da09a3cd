package io.snapshotexport.local;

import io.snapshotexport.deploy.CustomResources;
import io.snapshotexport.deploy.Manifests;
import io.snapshotexport.deploy.PodConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What a platform gives to the containers of pods: files, and an environment with secrets, for servers that are on this machine. */
record SecuredPods(Manifests manifests, SecuredServers servers, DataDirectory data) {

    private static final String ETC = "/etc/snapshot-export";

    /** Puts the files of a container below the directory. @return its environment */
    Map<String, String> mount(PodConfiguration pod, Path home) throws IOException {
        Path etc = home.resolve("etc");
        for (Map.Entry<String, String> file : pod.files().entrySet()) {
            write(file.getKey().replace(ETC, etc.toString()), here(file.getValue(), etc));
        }
        for (String file : pod.secretFiles().keySet()) {
            write(file.replace(ETC, etc.toString()), servers.certificate().certificate());
        }
        Map<String, String> environment = new HashMap<>();
        pod.environment().forEach((variable, value) -> environment.put(variable, here(value, etc)));
        pod.secrets().forEach((variable, secret) -> environment.put(variable, secret(secret)));
        return environment;
    }

    private static void write(String file, String content) throws IOException {
        Files.createDirectories(Path.of(file).getParent());
        Files.writeString(Path.of(file), content);
    }

    private String here(String text, Path etc) {
        String postgres = "127.0.0.1:" + servers.postgres().port();
        return text.replace(ETC, etc.toString())
                .replace("kafka-kafka-bootstrap.kafka.svc:9093", servers.kafka().securedServers())
                .replace("snapshot-export-store-rw:5432", postgres)
                .replace("shop.databases.svc:5432", postgres);
    }

    private String secret(PodConfiguration.SecretKey secret) {
        return switch (secret.key()) {
            case "sasl.jaas.config" -> SecuredServers.login(secret.secret());
            case "username" -> username(secret.secret());
            case "password" -> SecuredServers.PASSWORD;
            case "key-pepper" -> data.keyPepper();
            default -> throw new IllegalArgumentException(secret.toString());
        };
    }

    /** Of whoever the secret is for. */
    private String username(String secret) {
        CustomResources.Cluster.Spec store = manifests.all(CustomResources.Cluster.class).get(0).spec();
        return switch (secret) {
            case "snapshot-export-source" -> SecuredServers.SOURCE_ROLE;
            case "snapshot-export-store-app" -> store.bootstrap().initdb().owner();
            default -> store.managed().roles().stream().filter(role -> role.passwordSecret().name().equals(secret)).findFirst()
                    .orElseThrow().name();
        };
    }
}
