package io.snapshotexport.ops.production;

import io.snapshotexport.s3.S3Config;
import io.snapshotexport.source.postgres.PostgresSourceConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Servers on the machine of this process, as the local mode and the tests have them: their data is lost with the machine. The defaults
 * lead there, too.
 */
@ApplicationScoped
class EmbeddedServices implements SettingsCheck {

    private final boolean apiRole;
    private final boolean workerRole;
    private final String brokers;
    private final String store;
    private final PostgresSourceConfig sources;
    private final S3Config s3;

    @Inject
    EmbeddedServices(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole,
                     @ConfigProperty(name = "snapshot-export.role.worker") boolean workerRole,
                     @ConfigProperty(name = "kafka.bootstrap.servers") String brokers,
                     @ConfigProperty(name = "snapshot-export.store.url") String store, PostgresSourceConfig sources, S3Config s3) {
        this.apiRole = apiRole;
        this.workerRole = workerRole;
        this.brokers = brokers;
        this.store = store;
        this.sources = sources;
        this.s3 = s3;
    }

    @Override
    public String name() {
        return "embedded-services";
    }

    @Override
    public Severity severity() {
        return Severity.SEVERE;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        look("kafka.bootstrap.servers", Hosts.ofList(brokers), findings);
        if (apiRole) {
            look("snapshot-export.store.url", Hosts.ofUrl(store), findings);
        }
        if (workerRole) {
            new TreeMap<>(sources.regionGroups()).forEach((group, server) ->
                    look("snapshot-export.postgresql." + group + ".url", Hosts.ofUrl(server.url()), findings));
            s3.endpoint().map(URI::toString).ifPresent(endpoint -> look("snapshot-export.s3.endpoint", Hosts.ofUrl(endpoint), findings));
        }
        return findings;
    }

    private static void look(String setting, List<String> hosts, List<String> findings) {
        hosts.stream().filter(Hosts::isLoopback).findFirst().ifPresent(host -> findings.add(setting + " leads to " + host
                + ", this machine, with which that server's data is lost; name a server elsewhere, or, for a proxy beside this process, ignore it."));
    }
}
