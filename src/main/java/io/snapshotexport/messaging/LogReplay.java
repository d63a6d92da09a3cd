package io.snapshotexport.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the store's readers begin at the beginning of the logs when they start the next time. Reading everything again is harmless: what
 * is applied twice changes nothing.
 */
@ApplicationScoped
public class LogReplay {

    private final KafkaClients clients;
    private final List<String> groups;

    @Inject
    LogReplay(KafkaClients clients,
              @ConfigProperty(name = "mp.messaging.incoming.requests-projection.group.id") String requestsGroup,
              @ConfigProperty(name = "mp.messaging.incoming.retries-projection.group.id") String retriesGroup,
              @ConfigProperty(name = "mp.messaging.incoming.states-projection.group.id") String statesGroup) {
        this.clients = clients;
        this.groups = List.of(requestsGroup, retriesGroup, statesGroup);
    }

    /**
     * Forgets how far the readers had got. Blocks.
     *
     * @throws IllegalStateException if a process still reads, or Kafka cannot do it; the message is for a person
     */
    public void fromTheBeginning() throws InterruptedException {
        try (Admin admin = clients.admin()) {
            for (Map.Entry<String, KafkaFuture<Void>> group : admin.deleteConsumerGroups(groups).deletedGroups().entrySet()) {
                forgotten(group.getKey(), group.getValue());
            }
        }
    }

    private static void forgotten(String group, KafkaFuture<Void> deletion) throws InterruptedException {
        try {
            deletion.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupNotEmptyException) {
                throw new IllegalStateException("a process with the API role still reads the logs (group " + group
                        + "); stop them all, and run this again. One that was killed counts for another minute.", e);
            }
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw new IllegalStateException("Kafka cannot do it: " + e.getCause().getMessage(), e);
            }
        }
    }
}
