package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.embedded.KafkaBroker;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.Progress;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.Trail;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who of those that begin an attempt goes on, by what a real log has. */
class BegunAttemptsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Instant NOW = Instant.now();
    private static final AtomicLong LAST_ID = new AtomicLong(ExportId.of(NOW.toEpochMilli(), 0, 1).value());

    private static KafkaBroker broker;
    private static KafkaConfig config;
    private static KafkaClients clients;
    private static Consumer<byte[], byte[]> reading;
    private static LogProducer producer;
    private static StateLog log;

    private final BegunAttempts begun = new BegunAttempts(clients);
    private final Export pending = Export.pending(new ExportId(LAST_ID.addAndGet(1 << 20)), new ExportRequest("acme", DatabasePath.parse("us-std/shop"),
            List.of(), DocumentFormat.SIMPLE, Datafiles.DEFAULT, new S3Destination("shop", "p")));

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start();
        config = new SmallRyeConfigBuilder().withMapping(KafkaConfig.class).withConverter(Duration.class, 200, new DurationConverter()).build()
                .getConfigMapping(KafkaConfig.class);
        clients = new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()), config) {
            @Override
            Consumer<byte[], byte[]> consumer() {
                reading = super.consumer();
                return reading;
            }
        };
        new TopicSetup(clients, config).run(topics -> Optional.empty());
        producer = new LogProducer(clients, config);
        log = new StateLog(producer);
    }

    @AfterAll
    static void stop() {
        producer.close();
        broker.close();
    }

    @AfterEach
    void close() {
        begun.close();
    }

    private static void publish(Export... states) {
        for (Export state : states) {
            log.publish(state, Trail.NONE, Correlation.NONE).await().atMost(PATIENCE);
        }
    }

    private static Export complete(Export begun) {
        return begun.completed(NOW, Progress.NONE, NOW);
    }

    private Export begins(int attempt) {
        return pending.started(attempt, NOW.plusMillis(attempt));
    }

    @Test
    void nobodyHasBegunWhatTheLogDoesNotKnow() {
        assertThat(begun.history(begins(1)).isAnothers()).isFalse();
    }

    @Test
    void whatIsBegunOrHasEndedIsAnothers() {
        publish(begins(1), begins(2));
        assertThat(begun.history(pending.started(2, NOW)).isAnothers()).isTrue();
        assertThat(begun.history(pending.started(1, NOW)).isAnothers()).isTrue();
        assertThat(begun.history(begins(3)).isAnothers()).isFalse();

        publish(complete(begins(2)));
        assertThat(begun.history(begins(3)).isAnothers()).isTrue();
    }

    /** The store does not take it, so the export would never end. */
    @Test
    void anEndOfAnEarlierAttemptThatComesAfterTheNextHadBegunIsNone() {
        publish(begins(1), begins(2), complete(begins(1)));

        assertThat(begun.history(begins(3)).isAnothers()).isFalse();
    }

    @Test
    void ofTwoThatBeginTogetherTheFirstInTheLogGoesOn() {
        Export first = pending.started(1, NOW);
        Export second = pending.started(1, NOW.plusMillis(1));
        BegunAttempts.History ofFirst = begun.history(first);
        BegunAttempts.History ofSecond = begun.history(second);
        assertThat(ofFirst.isAnothers()).isFalse();
        assertThat(ofSecond.isAnothers()).isFalse();
        publish(first, second);

        assertThat(ofFirst.isAnothers()).isFalse();
        assertThat(ofSecond.isAnothers()).isTrue();
    }

    @Test
    void theSecondLookReadsOnlyWhatHasComeSince() {
        Export busy = begins(1);
        publish(busy);
        for (int beats = 0; beats < 300; beats++) {
            busy = busy.progressed(NOW, Progress.NONE, NOW);
            publish(busy);
        }
        BegunAttempts.History history = begun.history(begins(2));
        assertThat(history.isAnothers()).isFalse();
        double before = consumed();
        assertThat(before).isGreaterThan(300);
        publish(begins(2));

        assertThat(history.isAnothers()).isFalse();
        assertThat(consumed() - before).isLessThan(10);
    }

    private static double consumed() {
        return reading.metrics().entrySet().stream().filter(metric -> metric.getKey().name().equals("records-consumed-total")
                && metric.getKey().tags().size() == 1).mapToDouble(metric -> (Double) metric.getValue().metricValue()).sum();
    }
}
