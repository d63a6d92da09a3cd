package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.export.ExportId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/** By default nothing is traced, and who traces himself is not helped; {@code SecuredDeploymentIT} shows traces that are on. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class TracesOffTest {

    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    TestSystem system;

    @Test
    void noRecordTellsOfATraceButEachOfItsRequest() {
        String path = "traces/off";
        String byHttp = TestSystem.read(system.asUser().contentType("application/json")
                .header("X-Request-Id", "by-http").header("traceparent", TRACEPARENT)
                .body(TestSystem.request("us-std/traces_missing", "simple", path).toString()).post("/v2/exports")
                .then().statusCode(201).extract().asString()).get("id").asText();
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("export-requests",
                    bytes(TestSystem.request("us-std/traces_missing", "simple", path).put("account", "default").toString()));
            record.headers().add("request-id", bytes("by-kafka")).add("traceparent", bytes(TRACEPARENT));
            RecordMetadata place = topics.write(record);
            String byKafka = ExportId.of(place.timestamp(), place.partition(), place.offset()).toString();
            system.awaitEnd(byHttp);
            await().until(() -> system.asUser().get("/v2/exports/" + byKafka).statusCode() == 200);
            system.awaitEnd(byKafka);

            assertThat(topics.all("export-requests").stream().map(TopicRecords::headers)
                    .filter(headers -> "by-http".equals(headers.get("request-id")))).singleElement()
                    .satisfies(headers -> assertThat(headers).doesNotContainKey("traceparent"));
            assertThat(reports(topics, byHttp)).hasSizeGreaterThanOrEqualTo(2).allSatisfy(report ->
                    assertThat(TopicRecords.headers(report)).containsEntry("request-id", "by-http").hasSize(1));
            assertThat(reports(topics, byKafka)).hasSizeGreaterThanOrEqualTo(2).allSatisfy(report ->
                    assertThat(TopicRecords.headers(report)).containsEntry("request-id", "by-kafka").hasSize(1));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<ConsumerRecord<byte[], byte[]>> reports(TopicRecords topics, String id) {
        return topics.all("export-states").stream().filter(record -> TopicRecords.text(record.key()).equals(id)).toList();
    }

    @Test
    void noThreadWaitsForSpans() {
        assertThat(Stream.of(Thread.getAllStackTraces().keySet().toArray(Thread[]::new)).map(Thread::getName))
                .isNotEmpty().noneMatch(name -> name.startsWith("BatchSpanProcessor") || name.toLowerCase().contains("otel")
                        || name.toLowerCase().contains("opentelemetry"));
    }
}
