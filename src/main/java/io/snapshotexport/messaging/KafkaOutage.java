package io.snapshotexport.messaging;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jboss.logging.Logger;

/**
 * The time in which no broker answers. Members of a share group do not wait through it: their client, Kafka 4.3, looks for its coordinator
 * without a pause then, on two threads. Here one question is asked after the other. Not thread-safe.
 */
final class KafkaOutage {

    private static final Logger LOG = Logger.getLogger(KafkaOutage.class);
    private static final int PATIENCE_MILLIS = 1_000;

    private final KafkaClients clients;
    private RetryPause pause;
    private Admin admin;

    KafkaOutage(KafkaClients clients) {
        this.clients = clients;
    }

    void begin() {
        LOG.warn("no broker answers: intake waits for Kafka");
        pause = new RetryPause(LOG, "Kafka");
        admin = clients.admin();
    }

    /** Whether there is one and it goes on: asks, for about a second. */
    boolean lasts() {
        if (admin == null) {
            return false;
        }
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(PATIENCE_MILLIS)).nodes().get();
        } catch (ExecutionException stillAway) {
            pause.after(stillAway.getCause());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
        LOG.info("Kafka is back");
        end();
        return false;
    }

    void end() {
        if (admin != null) {
            admin.close();
            admin = null;
        }
    }
}
