package io.snapshotexport.ops.production;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Whoever listens on the network reads requests, states and, with SASL_PLAINTEXT and PLAIN, the password. */
@ApplicationScoped
class KafkaPlainText implements SettingsCheck {

    private final String servers;
    private final String protocol;

    @Inject
    KafkaPlainText(@ConfigProperty(name = "kafka.bootstrap.servers") String servers,
                   @ConfigProperty(name = "kafka.security.protocol", defaultValue = "PLAINTEXT") String protocol) {
        this.servers = servers;
        this.protocol = protocol.toUpperCase(Locale.ROOT);
    }

    @Override
    public String name() {
        return "kafka-plain-text";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings() {
        List<String> remote = Hosts.remote(Hosts.ofList(servers));
        return remote.isEmpty() || !protocol.endsWith("PLAINTEXT") ? List.of()
                : List.of("kafka.security.protocol is " + protocol + " and kafka.bootstrap.servers names " + String.join(", ", remote)
                + ", so that requests and states cross the network in clear; use SASL_SSL or SSL.");
    }
}
