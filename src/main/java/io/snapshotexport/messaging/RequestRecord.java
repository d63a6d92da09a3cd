package io.snapshotexport.messaging;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.Trail;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;

/** Requests as records of {@link Topic#REQUESTS} and {@link Topic#RETRIES}. */
final class RequestRecord {

    /** Twice what a client may send over HTTP: the account and the defaults are added there. The states repeat the request. */
    private static final int MAX_BYTES = 128 * 1024;
    private static final String EXPORT_ID = "export-id";
    private static final String ATTEMPT = "attempt";
    private static final String TRAIL = "trail";
    private static final String IDEMPOTENCY = "idempotency";
    /** As the API writes it. Anybody may have written the header. */
    private static final String MARK = "[0-9a-f]{64}";

    private RequestRecord() {
    }

    /** A new request; a key would mean nothing. */
    static ProducerRecord<byte[], byte[]> request(ExportRequest request, Optional<String> idempotency, Correlation correlation) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topic.REQUESTS.topicName(), value(request));
        CorrelationHeaders.write(record.headers(), correlation);
        idempotency.ifPresent(key -> put(record.headers(), IDEMPOTENCY, key));
        return record;
    }

    /** The next attempt of an export that has its id already. */
    static ProducerRecord<byte[], byte[]> retry(ExportId id, int attempt, ExportRequest request, Trail trail, Correlation correlation) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topic.RETRIES.topicName(), value(request));
        CorrelationHeaders.write(record.headers(), correlation);
        put(record.headers(), EXPORT_ID, id.toString());
        put(record.headers(), ATTEMPT, Integer.toString(attempt));
        if (!trail.equals(Trail.NONE)) {
            put(record.headers(), TRAIL, TrailJson.text(trail));
        }
        return record;
    }

    private static byte[] value(ExportRequest request) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("account", request.account());
        body.setAll(RequestJson.write(request));
        return RequestJson.bytes(body);
    }

    /** @throws InvalidValueException if the record is no request */
    static TakenRequest take(ConsumerRecord<?, byte[]> record) {
        ExportRequest request = read(record);
        Correlation correlation = CorrelationHeaders.read(record.headers());
        long now = System.nanoTime();
        if (!record.topic().equals(Topic.RETRIES.topicName())) {
            return new TakenRequest(id(record), now, 1, request, Trail.NONE, correlation);
        }
        ExportId id = text(record.headers(), EXPORT_ID).flatMap(ExportId::parse).orElseThrow(() -> badHeader(EXPORT_ID));
        int attempt = text(record.headers(), ATTEMPT).filter(number -> number.matches("[1-9][0-9]{0,8}")).map(Integer::valueOf)
                .orElseThrow(() -> badHeader(ATTEMPT));
        Trail trail = text(record.headers(), TRAIL).map(TrailJson::parse).orElse(Trail.NONE);
        return new TakenRequest(id, now, attempt, request, trail, correlation);
    }

    /** @throws InvalidValueException if the record is no request */
    static RequestedExport requested(ConsumerRecord<?, byte[]> record) {
        TakenRequest taken = take(record);
        QueuePlace place = new QueuePlace(record.topic().equals(Topic.RETRIES.topicName()), record.partition(), record.offset());
        Optional<String> mark = text(record.headers(), IDEMPOTENCY).filter(written -> written.matches(MARK));
        return new RequestedExport(taken.id(), taken.attempt(), taken.request(), mark, place, taken.correlation());
    }

    /** What the API has published is not lost without log-append times: the watchdog finds that it was passed by, and hands it out again. */
    private static ExportId id(ConsumerRecord<?, byte[]> record) {
        if (record.timestampType() != TimestampType.LOG_APPEND_TIME) {
            throw new InvalidValueException("timestamp", "The record has no log-append time, from which its id would come; the operator has to set"
                    + " `message.timestamp.type` of " + record.topic() + " back to `LogAppendTime`.");
        }
        return ExportId.of(record.timestamp(), record.partition(), record.offset());
    }

    private static ExportRequest read(ConsumerRecord<?, byte[]> record) {
        if (record.value() == null) {
            throw new InvalidValueException("value", "The record has no value; send the request as one JSON object.");
        }
        if (record.value().length > MAX_BYTES) {
            throw new InvalidValueException("value",
                    "The record is larger than 128 KiB; name fewer collections, or leave `collections` out.");
        }
        ObjectNode body = RequestJson.parse(record.value());
        String account = RequestJson.text(body, "account", "account", "naming the account that the export belongs to");
        return RequestJson.read(body, account, RequestJson.UnknownFields.IGNORED);
    }

    private static InvalidValueException badHeader(String name) {
        return new InvalidValueException(name, "The header `" + name + "` is missing or no number.");
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> text(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name)).map(Header::value).map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
