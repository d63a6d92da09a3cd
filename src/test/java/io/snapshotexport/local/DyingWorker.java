package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.embedded.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of the workers' share group that dies as soon as it has accepted an attempt. */
final class DyingWorker {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private DyingWorker() {
    }

    /** Waits for one record of the queue and accepts it; nothing follows. @return the headers of the record */
    static Map<String, String> accept(KafkaBroker kafka) {
        Map<String, Object> consumer = Map.of("bootstrap.servers", kafka.bootstrapServers(), "group.id", "snapshot-export-workers",
                "share.acknowledgement.mode", "explicit");
        try (var worker = new KafkaShareConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            worker.subscribe(List.of("export-requests", "export-retries"));
            ConsumerRecords<byte[], byte[]> records = ConsumerRecords.empty();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (records.isEmpty() && System.nanoTime() < deadline) {
                records = worker.poll(Duration.ofSeconds(1));
            }
            assertThat(records.count()).isEqualTo(1);
            Map<String, String> headers = new TreeMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
                worker.acknowledge(record, AcknowledgeType.ACCEPT);
            }
            assertThat(worker.commitSync().values()).allSatisfy(failure -> assertThat(failure).isEmpty());
            return headers;
        }
    }
}
