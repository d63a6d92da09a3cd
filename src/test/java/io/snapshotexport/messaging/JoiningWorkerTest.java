package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.crash.FaultProxy;
import io.snapshotexport.crash.Protocol;
import io.snapshotexport.embedded.KafkaBroker;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.Trail;
import io.snapshotexport.telemetry.Spans;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker takes first that joins a queue with many requests and a retry, by a slow way to the broker. */
class JoiningWorkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** To join and to ask is an exchange of some thousand bytes, which takes more than a second then. */
    private static final int SLOW = 3_000;
    private static final int REQUESTS = 20;

    private final KafkaConfig config = new SmallRyeConfigBuilder().withMapping(KafkaConfig.class)
            .withConverter(Duration.class, 200, new DurationConverter()).build().getConfigMapping(KafkaConfig.class);
    private final ExportRequest request = new ExportRequest("acme", DatabasePath.parse("us-std/shop"), List.of(), DocumentFormat.SIMPLE,
            Datafiles.DEFAULT, new S3Destination("shop", "p"));

    /** A worker with all slots taken leaves, and joins again for each request: where they never end, the retry would never begin. */
    @Test
    void theRetryComesFirst(@TempDir Path directory) throws Exception {
        try (FaultProxy way = new FaultProxy("worker", Protocol.KAFKA);
                KafkaBroker broker = KafkaBroker.start(directory, Map.of("advertised.SLOW", Integer.toString(way.port())))) {
            way.leadTo(broker.listenerPort("SLOW"));
            KafkaClients clients = new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()), config);
            new TopicSetup(clients, config).run(topics -> Optional.empty());
            LogProducer producer = new LogProducer(clients, config);
            for (int i = 0; i < REQUESTS; i++) {
                producer.send(RequestRecord.request(request, Optional.empty(), Correlation.NONE)).toCompletableFuture().join();
            }
            RequestIntake worker = new RequestIntake(new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:" + way.port()), config),
                    new DeadLetters(producer), new Spans(OpenTelemetry.noop(), true));
            Awaitility.await("the broker knows the group").atMost(Duration.ofMinutes(1)).until(() -> worker.take(PATIENCE).isPresent());
            worker.leave();

            ExportId begun = ExportId.of(Instant.now().toEpochMilli(), 0, 0);
            producer.send(RequestRecord.retry(begun, 2, request, Trail.NONE, Correlation.NONE)).toCompletableFuture().join();

            way.slow(SLOW);
            assertThat(worker.take(PATIENCE)).map(TakenRequest::id).contains(begun);
            way.slow(0);
            worker.leave();
            producer.close();
        }
    }
}
