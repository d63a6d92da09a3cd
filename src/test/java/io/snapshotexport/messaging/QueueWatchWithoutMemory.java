package io.snapshotexport.messaging;

import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The watchdog's look at the queue, which finds no memory at first. */
@Alternative
@Singleton
public class QueueWatchWithoutMemory extends QueueWatch {

    public static final AtomicInteger ERRORS_LEFT = new AtomicInteger(2);

    @Inject
    QueueWatchWithoutMemory(KafkaClients clients, KafkaConfig config, UnreadRecords unread,
            @ConfigProperty(name = "mp.messaging.incoming.requests-projection.group.id") String requestsGroup,
            @ConfigProperty(name = "mp.messaging.incoming.retries-projection.group.id") String retriesGroup,
            @ConfigProperty(name = "mp.messaging.incoming.states-projection.group.id") String statesGroup) {
        super(clients, config, unread, requestsGroup, retriesGroup, statesGroup);
    }

    @Override
    public Optional<Passed> lookWhenCaughtUp() throws InterruptedException {
        if (ERRORS_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("none left for the watchdog");
        }
        return super.lookWhenCaughtUp();
    }
}
