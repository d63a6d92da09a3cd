package io.snapshotexport.crash;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** A broker that answers and takes nothing: its topics want more replicas in sync than there are, as after the loss of other brokers. */
final class BrokerWrites {

    private BrokerWrites() {
    }

    static void refuse(CrashSystem system) {
        replicasNeeded(system, "2");
    }

    static void allow(CrashSystem system) {
        replicasNeeded(system, "1");
    }

    private static void replicasNeeded(CrashSystem system, String count) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", system.bootstrapServers()))) {
            for (String topic : Stream.of("export-requests", "export-retries", "export-states").toList()) {
                admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry("min.insync.replicas", count), AlterConfigOp.OpType.SET)))).all().get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
