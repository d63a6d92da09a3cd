import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Requests an export over Kafka and prints its id, which the acknowledgement tells. With the Kafka client and slf4j-api in lib/:
 *
 * <pre>
 * java -cp 'lib/*' RequestExport.java localhost:9092 \
 *   '{"account":"default","database":"us-std/my_db","destination":"s3://my-bucket/exports/my_db"}'
 * </pre>
 */
public class RequestExport {

    private static final long EPOCH_MILLIS = 1_577_836_800_000L; // 2020-01-01T00:00:00Z

    public static void main(String[] args) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", args[0], "acks", "all", "enable.idempotence", true,
                "max.in.flight.requests.per.connection", 1);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] request = args[1].getBytes(StandardCharsets.UTF_8);
            RecordMetadata place = producer.send(new ProducerRecord<>("export-requests", request)).get();
            System.out.println(exportId(place.timestamp(), place.partition(), place.offset()));
        }
    }

    /** 41 bits of log-append time, 10 of partition, 12 of offset. The timestamp of an acknowledgement is the broker's on this topic. */
    static long exportId(long logAppendMillis, int partition, long offset) {
        return logAppendMillis - EPOCH_MILLIS << 22 | (long) partition << 12 | offset & 4095;
    }
}
