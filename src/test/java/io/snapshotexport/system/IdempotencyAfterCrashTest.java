package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.response.ValidatableResponse;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.messaging.RequestJson;
import io.snapshotexport.store.IdempotencyClaims;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * What an API process leaves behind that dies while it makes an export: its claim of the idempotency key in the store and, if it got so
 * far, its record in the log. The test writes both as the process would have.
 */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class IdempotencyAfterCrashTest {

    private static final String ACCOUNT = "default";
    private static final String STORE = EmbeddedServers.STORE_DATABASE;

    TestSystem system;
    @Inject
    IdempotencyClaims claims;

    private final String key = UUID.randomUUID().toString();
    private final ObjectNode request = TestSystem.request("us-std/crashed", "simple", "crashed/" + key);

    private String mark() throws Exception {
        return sha256(ACCOUNT.length() + ":" + ACCOUNT + ":" + key);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void leaveClaim(Instant claimedAt) throws Exception {
        String fingerprint = sha256(RequestJson.canonical(RequestJson.read(request, ACCOUNT, RequestJson.UnknownFields.REFUSED)));
        try (Connection connection = system.connect(STORE); PreparedStatement insert = connection.prepareStatement(
                "insert into idempotency_claim (mark, fingerprint, claimed_at) values (?, ?, ?)")) {
            insert.setString(1, mark());
            insert.setString(2, fingerprint);
            insert.setTimestamp(3, Timestamp.from(claimedAt));
            insert.executeUpdate();
        }
    }

    private ExportId leaveRecord() throws Exception {
        Properties settings = system.kafka();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            ObjectNode body = request.deepCopy().put("account", ACCOUNT);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("export-requests", body.toString().getBytes(StandardCharsets.UTF_8));
            record.headers().add("idempotency", mark().getBytes(StandardCharsets.UTF_8));
            RecordMetadata place = producer.send(record).get();
            return ExportId.of(place.timestamp(), place.partition(), place.offset());
        }
    }

    private ValidatableResponse post() {
        return system.asUser().contentType("application/json").header("Idempotency-Key", key).body(request.toString()).post("/v2/exports").then();
    }

    @Test
    void afterACrashBetweenPublishingAndStoringTheKeyGivesTheExportThatWasPublished() throws Exception {
        leaveClaim(Instant.now());
        ExportId published = leaveRecord();
        long records = system.records("export-requests");

        post().statusCode(201).header("Idempotent-Replayed", equalTo("true")).body("response.id", equalTo(published.toString()));

        assertThat(system.records("export-requests")).isEqualTo(records);
    }

    @Test
    void afterACrashBeforePublishingTheKeyIsFreeAgain() throws Exception {
        leaveClaim(Instant.now().minus(Duration.ofMinutes(1)));
        long records = system.records("export-requests");

        post().statusCode(201).header("Idempotent-Replayed", nullValue());
        post().statusCode(201).header("Idempotent-Replayed", equalTo("true"));

        await().untilAsserted(() -> assertThat(system.records("export-requests")).isEqualTo(records + 1));
    }

    /** However long that takes: the dead process may have been the projector, and the one that reads on may be far behind. */
    @Test
    void whatTheProjectorHasNotReadYetIsNotPublishedAgain() throws Exception {
        try (KafkaRights rights = new KafkaRights(system)) {
            rights.deny("export-requests", AclOperation.READ);
            ExportId published = leaveRecord();
            leaveClaim(Instant.now().minus(Duration.ofMinutes(1)));
            long records = system.records("export-requests");

            post().statusCode(503).body("error.message", containsString("not decided yet"));

            rights.allowEverything();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> post().statusCode(201)
                    .header("Idempotent-Replayed", equalTo("true")).body("response.id", equalTo(published.toString())));
            assertThat(system.records("export-requests")).isEqualTo(records);
        }
    }

    @Test
    void whatIsOlderThanADayIsForgotten() throws Throwable {
        leaveClaim(Instant.now().minus(Duration.ofHours(25)));

        assertThat(VertxContextSupport.subscribeAndAwait(claims::forget)).isPositive();

        assertThat(VertxContextSupport.subscribeAndAwait(claims::forget)).isZero();
    }
}
