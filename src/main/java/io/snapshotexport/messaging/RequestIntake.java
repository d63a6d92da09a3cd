package io.snapshotexport.messaging;

import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.telemetry.ActiveSpan;
import io.snapshotexport.telemetry.LogKeys;
import io.snapshotexport.telemetry.Spans;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Takes requests from the share group of the workers, one at a time. A request is accepted first and run afterwards: only what
 * the broker has confirmed belongs to this worker, so that an attempt runs at most once. What gets lost between the two is for
 * the watchdog. Every worker is given the whole queue, so nothing waits for a certain one. Not thread-safe, but for {@link #stop()}.
 */
@Dependent
public class RequestIntake {

    private static final Logger LOG = Logger.getLogger(RequestIntake.class);
    private static final Duration PAUSE_AFTER_DOUBT = Duration.ofSeconds(1);
    /** To join and to be answered takes half a second, of a busy broker more. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);
    private static final Duration GLANCE = Duration.ofMillis(50);

    private final DeadLetters deadLetters;
    private final Spans spans;
    private final QueueMember requests;
    private final QueueMember retries;
    private final KafkaOutage outage;
    private volatile boolean stopped;

    @Inject
    RequestIntake(KafkaClients clients, DeadLetters deadLetters, Spans spans) {
        this.deadLetters = deadLetters;
        this.spans = spans;
        this.requests = new QueueMember(clients, Topic.REQUESTS);
        this.retries = new QueueMember(clients, Topic.RETRIES);
        this.outage = new KafkaOutage(clients);
    }

    /**
     * Waits for a request; one that was begun before comes first.
     *
     * @param patience how long at most, but for the first time and while Kafka is away
     * @return a request that is now this worker's, or nothing; after any doubt nothing, and the members begin anew
     */
    public Optional<TakenRequest> take(Duration patience) {
        try {
            if (outage.lasts()) {
                return Optional.empty();
            }
            Optional<ConsumerRecord<byte[], byte[]>> retry = retries.hasLooked() ? retries.ask(Duration.ZERO) : firstRetry();
            if (retry.isPresent()) {
                return take(retries, retry.get());
            }
            Optional<ConsumerRecord<byte[], byte[]>> request = requests.ask(patience);
            if (request.isPresent()) {
                return take(requests, request.get());
            }
            if (leftUnheard()) {
                outage.begin();
            }
            return Optional.empty();
        } catch (RuntimeException doubt) {
            // Whatever it is, an intake that ended would leave a worker that takes nothing and looks well.
            LOG.warnf("intake begins anew: %s", doubt.toString());
            leave();
            LockSupport.parkNanos(PAUSE_AFTER_DOUBT.toNanos());
            return Optional.empty();
        }
    }

    /** Where requests never end, retries that were only glanced at would never begin. */
    private Optional<ConsumerRecord<byte[], byte[]>> firstRetry() {
        long since = System.nanoTime();
        Optional<ConsumerRecord<byte[], byte[]>> retry = Optional.empty();
        while (retry.isEmpty() && !retries.hasLooked() && System.nanoTime() - since < FIRST_LOOK.toNanos()) {
            retry = retries.ask(GLANCE);
        }
        return retry;
    }

    private Optional<TakenRequest> take(QueueMember member, ConsumerRecord<byte[], byte[]> record) {
        if (stopped) {
            member.acknowledge(record, AcknowledgeType.RELEASE);
            return Optional.empty();
        }
        Optional<TakenRequest> request = read(record);
        if (request.isEmpty()) {
            isConfirmed(member, record);
            return Optional.empty();
        }
        TakenRequest taken = request.get();
        try (ActiveSpan receiving = spans.receive(record.topic(), taken.correlation())
                     .export(taken.id(), taken.attempt()).place(record.partition(), record.offset());
             LogKeys keys = LogKeys.of(taken.id(), taken.request().account(), taken.correlation(), taken.attempt())) {
            if (!isConfirmed(member, record)) {
                receiving.failed("not_confirmed");
                return Optional.empty();
            }
            return Optional.of(taken.with(receiving.of(taken.correlation())));
        }
    }

    /** Whether the record is this worker's now. After any doubt it is not, and the members begin anew. */
    private boolean isConfirmed(QueueMember member, ConsumerRecord<byte[], byte[]> record) {
        Optional<KafkaException> refusal = member.acknowledge(record, AcknowledgeType.ACCEPT);
        if (refusal.isPresent()) {
            LOG.warnf("request not taken topic=%s partition=%d offset=%d: %s",
                    record.topic(), record.partition(), record.offset(), refusal.get().getMessage());
            leave();
            return false;
        }
        return true;
    }

    /** The request, or nothing if it is none: it is then among the dead letters before it is accepted, so that it is never lost. */
    private Optional<TakenRequest> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(RequestRecord.take(record));
        } catch (InvalidValueException invalid) {
            LOG.warnf("no request topic=%s partition=%d offset=%d: %s", record.topic(), record.partition(), record.offset(), invalid.getMessage());
            try {
                deadLetters.put(record, invalid.getMessage()).toCompletableFuture().join();
            } catch (CompletionException e) {
                throw new KafkaException("dead letter not written", e.getCause());
            }
            return Optional.empty();
        }
    }

    /** Until the next {@link #take}, nothing is on its way to this worker. */
    public void rest() {
        requests.takeNothing();
        retries.takeNothing();
        leftUnheard();
    }

    /** Leaves if no broker answers. @return whether that is so */
    private boolean leftUnheard() {
        boolean unheard = requests.isCutOff() || retries.isCutOff();
        if (unheard) {
            leave(Duration.ZERO);
        }
        return unheard;
    }

    /** Leaves the share group until the next {@link #take}. */
    public void leave() {
        leave(QueueMember.FAREWELL);
    }

    private void leave(Duration patience) {
        outage.end();
        requests.leave(patience);
        retries.leave(patience);
    }

    /**
     * From now on {@link #take} accepts nothing; what it has been handed goes to others. Callable from any thread. It wakes nobody: woken
     * while it waits for a confirmation, a worker could not know whether the request is its own.
     */
    public void stop() {
        stopped = true;
    }
}
