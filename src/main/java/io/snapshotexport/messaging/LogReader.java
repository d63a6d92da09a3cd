package io.snapshotexport.messaging;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.InvalidValueException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Reads the logs and passes them on, batch by batch, until the listener has taken them: a store that is away holds the
 * reading up and loses nothing. The channels are configured in {@code application.properties} and off where there is no API.
 */
@ApplicationScoped
class LogReader {

    private static final Logger LOG = Logger.getLogger(LogReader.class);

    private final LogListener listener;

    @Inject
    LogReader(LogListener listener) {
        this.listener = listener;
    }

    @Incoming("requests-projection")
    Uni<Void> onRequests(ConsumerRecords<byte[], byte[]> records) {
        // What is no request is the workers' to put among the dead letters.
        List<RequestedExport> requests = read(records, RequestRecord::requested, LOG::debugf);
        return pass("requests", requests, () -> listener.requested(requests));
    }

    @Incoming("retries-projection")
    Uni<Void> onRetries(ConsumerRecords<byte[], byte[]> records) {
        return onRequests(records);
    }

    @Incoming("states-projection")
    Uni<Void> onStates(ConsumerRecords<byte[], byte[]> records) {
        List<ReportedExport> states = read(records,
                record -> StateJson.read(record.value(), Instant.ofEpochMilli(record.timestamp()), CorrelationHeaders.read(record.headers())),
                LOG::warnf);
        return pass("states", states, () -> listener.reported(states));
    }

    private interface Log {
        void say(String format, Object... values);
    }

    private static <T> List<T> read(ConsumerRecords<byte[], byte[]> records, Function<ConsumerRecord<byte[], byte[]>, T> reader, Log log) {
        List<T> read = new ArrayList<>(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                read.add(reader.apply(record));
            } catch (InvalidValueException e) {
                log.say("record passed over topic=%s partition=%s offset=%s: %s",
                        record.topic(), record.partition(), record.offset(), e.getMessage());
            }
        }
        return read;
    }

    private static Uni<Void> pass(String log, List<?> batch, Supplier<Uni<Void>> listener) {
        if (batch.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Context context = Vertx.currentContext();
        // Every try, the later ones of which a timer begins, runs where the first one did.
        return Uni.createFrom().voidItem().emitOn(task -> context.runOnContext(now -> task.run())).chain(ignored -> listener.get())
                .onFailure().invoke(e -> LOG.warnf("waiting for the store to take %d %s: %s", batch.size(), log, e.getMessage()))
                .onFailure().retry().withBackOff(Duration.ofMillis(200), Duration.ofSeconds(5)).indefinitely();
    }
}
