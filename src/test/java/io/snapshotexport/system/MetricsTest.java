package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.snapshotexport.deploy.MetricsPage;
import io.snapshotexport.deploy.MetricsText;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.store.Backlog;
import io.snapshotexport.store.ExportStore;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code /q/metrics} tells is what happened, and what {@code deploy/METRICS.md} says. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class MetricsTest {

    private static final String PREFIX = "snapshot_export_";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DOCUMENTS = 500;

    TestSystem system;

    @Inject
    ExportStore exports;

    @BeforeEach
    void makeDatabase() {
        system.createDatabase("measured", "create table if not exists \"Product\" (id int primary key, text text)",
                "insert into \"Product\" select i, repeat('x', 1000) from generate_series(1, " + DOCUMENTS + ") i on conflict do nothing");
    }

    private static MetricsText metrics() {
        // The contract with clients does not have this path.
        return MetricsText.parse(given().noFilters().accept(MetricsText.TYPE).get("/q/metrics").then().statusCode(200).extract().asString());
    }

    private static double value(String name, String... labels) {
        return metrics().value(PREFIX + name, labels);
    }

    /** Exports that end well, badly, and not at the first attempt; requests of all kinds. */
    private void use() {
        system.export(TestSystem.request("us-std/measured", "simple", "measured/whole"));
        system.awaitEnd(system.create(TestSystem.request("us-std/no_such_database", "simple", "measured/missing")).get("id").asText());
        system.awaitEnd(system.create(TestSystem.request("away/shop", "simple", "measured/away")).get("id").asText());
        system.asUser().get("/v2/exports/1");
    }

    @Test
    void arePreciselyThoseOfThePage() {
        system.export(TestSystem.request("us-std/measured", "simple", "measured/listed"));
        MetricsText metrics = metrics();
        MetricsPage page = MetricsPage.read();

        Map<String, String> families = new HashMap<>(page.families("api"));
        families.putAll(page.families("worker"));
        // Nor are there any others: libraries would tell hundreds of things.
        assertThat(metrics.types()).isEqualTo(families);
        for (MetricsPage.Row row : page.rows()) {
            assertThat(metrics.helps()).containsEntry(row.name(), row.meaning());
            // A unit stands in the name; where none does, events are counted.
            assertThat(row.name()).matches(row.unit().equals("count") ? ".*_total" : ".*_" + row.unit() + "(_total)?");
            Set<Set<String>> labels = metrics.samples().stream().filter(sample -> row.series().contains(sample.name()))
                    .map(sample -> sample.labels().keySet().stream().filter(label -> !label.equals("le")).collect(Collectors.toSet()))
                    .collect(Collectors.toSet());
            assertThat(labels).as(row.name()).containsExactly(row.labels().keySet());
        }
        assertThat(metrics.samples()).allSatisfy(sample -> sample.labels().forEach((label, value) -> {
            if (!label.equals("le")) {
                assertThat(page.rowOf(sample.name()).allows(label, value)).as("%s", sample).isTrue();
            }
        }));
    }

    @Test
    void tellWhatAnExportDid() {
        awaitRest();
        MetricsText before = metrics();
        use();
        awaitRest();
        MetricsText after = metrics();

        assertThat(added(before, after, "ended_exports_total", "state", "Complete", "code", "none")).isOne();
        assertThat(added(before, after, "ended_exports_total", "state", "Failed", "code", "validation_error")).isOne();
        assertThat(added(before, after, "ended_exports_total", "state", "Failed", "code", "retries_exhausted")).isOne();
        assertThat(added(before, after, "ended_exports_total", "state", "Failed", "code", "internal_error")).isZero();
        assertThat(added(before, after, "attempts_started_total", "attempt", "1")).isEqualTo(3);
        assertThat(added(before, after, "attempts_started_total", "attempt", "5")).isOne();
        assertThat(added(before, after, "attempts_seconds_count", "outcome", "handed_on")).isEqualTo(4);
        assertThat(added(before, after, "attempts_seconds_count", "outcome", "complete")).isOne();
        assertThat(added(before, after, "start_delay_seconds_count")).isEqualTo(3);
        assertThat(added(before, after, "documents_total")).isEqualTo(DOCUMENTS);
        assertThat(added(before, after, "bytes_total")).isGreaterThan(DOCUMENTS * 1000);
        assertThat(added(before, after, "files_total")).isEqualTo(system.files("measured/whole", "Product").size());
        assertThat(added(before, after, "lanes_seconds_count", "outcome", "complete")).isPositive();
        assertThat(added(before, after, "lease_renewals_total", "outcome", "acknowledged")).isGreaterThanOrEqualTo(9);
        assertThat(added(before, after, "s3_requests_seconds_count", "request", "put", "outcome", "success"))
                .as("its files and the manifest").isEqualTo(system.files("measured/whole", "Product").size() + 1);
        assertThat(added(before, after, "http_requests_seconds_count", "method", "POST", "route", "/v2/exports", "status", "201")).isEqualTo(3);
        assertThat(after.value(PREFIX + "worker_slots", "state", "free")).isEqualTo(2);
        assertThat(after.value(PREFIX + "source_snapshot_age_seconds")).isZero();
    }

    /** Somebody holds the table that the export wants to lock, so that its snapshot is open and waits. */
    @Test
    void tellTheAgeOfTheOldestSnapshotForAsLongAsOneIsOpen() throws SQLException {
        awaitRest();
        assertThat(value("source_snapshot_age_seconds")).isZero();
        String id;
        try (Connection holder = system.connect("measured"); Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("lock table \"Product\" in access exclusive mode");
            id = system.create(TestSystem.request("us-std/measured", "simple", "measured/aged")).get("id").asText();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> value("source_snapshot_age_seconds") > 0);
            double younger = value("source_snapshot_age_seconds");
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(100))
                    .until(() -> value("source_snapshot_age_seconds") >= younger + 1);
            holder.rollback();
        }
        assertThat(system.awaitEnd(id).get("state").asText()).isEqualTo("Complete");
        await().atMost(PATIENCE).until(() -> value("source_snapshot_age_seconds") == 0);
    }

    private static double added(MetricsText before, MetricsText after, String name, String... labels) {
        return after.sum(PREFIX + name, labels) - before.sum(PREFIX + name, labels);
    }

    /** In rows that nobody works on, and which are gone before the watchdog wonders at them. */
    @Test
    void tellWhatWaitsAndForHowLong() throws Throwable {
        awaitRest();
        long hourAgo = (Instant.now().minus(Duration.ofHours(1)).toEpochMilli() - Instant.parse("2020-01-01T00:00:00Z").toEpochMilli()) << 22;
        Backlog before = backlog();
        try {
            system.execute(EmbeddedServers.STORE_DATABASE, row(hourAgo, "Pending", 0, 1, "null"));
            Backlog pending = backlog();
            assertThat(pending.pending()).isEqualTo(before.pending() + 1);
            assertThat(pending.waiting()).isEqualTo(before.waiting() + 1);
            assertThat(pending.oldestAgeSeconds()).isCloseTo(3600, within(60.0));

            system.execute(EmbeddedServers.STORE_DATABASE, row(hourAgo + 1, "InProgress", 1, 2, "now() - interval '2 hours'"),
                    row(hourAgo + 2, "InProgress", 1, 1, "now() - interval '3 hours'"));
            Backlog retried = backlog();
            assertThat(retried.inProgress()).isEqualTo(before.inProgress() + 2);
            assertThat(retried.waiting()).isEqualTo(before.waiting() + 2);
            assertThat(retried.oldestAgeSeconds()).as("of the retry, not of what runs").isCloseTo(7200, within(60.0));
            await().atMost(PATIENCE).until(() -> value("unfinished_exports", "state", "InProgress") == retried.inProgress()
                    && value("unfinished_exports", "state", "Pending") == retried.pending()
                    && value("waiting_exports") == retried.waiting() && value("queue_age_seconds") > 7200);
        } finally {
            system.execute(EmbeddedServers.STORE_DATABASE, "delete from export where account = 'nobody'");
        }
    }

    private Backlog backlog() throws Throwable {
        return VertxContextSupport.subscribeAndAwait(exports::backlog);
    }

    /** Exports that other tests have not waited for would be counted here. */
    private static void awaitRest() {
        await().atMost(PATIENCE).during(Duration.ofSeconds(1)).until(() -> value("worker_slots", "state", "busy") == 0);
    }

    private static String row(long id, String state, int attempt, int queuedAttempt, String reportedAt) {
        return """
                insert into export (id, account, database, collections, format, datafile_format, datafile_compression, bucket, path, state, attempt,
                    sequence, updated_at, reported_at, queued_attempt, hand_outs)
                values (%d, 'nobody', 'us-std/none', '{}', 'simple', 'json', false, 'none', 'none', '%s', %d, 0, now(), %s, %d, 0)"""
                .formatted(id, state, attempt, reportedAt, queuedAttempt);
    }

    /** Somebody holds the table, so that the store takes nothing, and answers. */
    @Test
    void tellThatTheProjectorStandsStill() throws SQLException {
        await().atMost(PATIENCE).until(MetricsTest::isCaughtUp);
        String id;
        try (Connection holder = system.connect(EmbeddedServers.STORE_DATABASE); Statement statement = holder.createStatement();
                TopicRecords topics = new TopicRecords(system.kafka())) {
            holder.setAutoCommit(false);
            statement.execute("lock table export in share row exclusive mode");
            RecordMetadata place = topics.write("export-requests", """
                    {"account":"default","database":"us-std/measured","destination":"s3://exports/measured/held"}""");
            id = ExportId.of(place.timestamp(), place.partition(), place.offset()).toString();
            await().atMost(PATIENCE).until(() -> value("projector_behind_seconds", "topic", "export-requests") > 0);
            assertThat(value("projector_lag_records", "topic", "export-requests")).isOne();
            holder.rollback();
        }
        await().atMost(PATIENCE).until(MetricsTest::isCaughtUp);
        assertThat(system.awaitEnd(id).get("state").asText()).isEqualTo("Complete");
    }

    private static boolean isCaughtUp() {
        return Stream.of("export-requests", "export-retries", "export-states").allMatch(topic ->
                value("projector_lag_records", "topic", topic) == 0 && value("projector_behind_seconds", "topic", topic) == 0);
    }

    /** Otherwise anybody could fill the service's memory, and Prometheus' as well. */
    @Test
    void clientsCannotMakeUpSeries() {
        system.asUser().get("/v2/exports/1");
        unknownRequests(0);
        Set<Map<String, String>> before = httpSeries();
        for (int i = 1; i < 50; i++) {
            unknownRequests(i);
        }

        assertThat(httpSeries()).isEqualTo(before);
        assertThat(metrics().sum(PREFIX + "http_requests_seconds_count", "route", "other")).isGreaterThanOrEqualTo(200);
        assertThat(metrics().sum(PREFIX + "http_requests_seconds_count", "method", "other")).isGreaterThanOrEqualTo(50);
    }

    private void unknownRequests(int i) {
        given().noFilters().get("/made-up/" + i).then().statusCode(404);
        given().noFilters().get("/v2/made-up/" + i).then().statusCode(401);
        system.asUser().noFilters().get("/v2/made-up/" + i).then().statusCode(404);
        system.asUser().noFilters().delete("/v2/exports/" + i + "/x").then().statusCode(404);
        system.asUser().get("/v2/exports/" + i).then().statusCode(404);
        system.asUser().noFilters().request("MADEUP" + i, "/v2/exports").then().statusCode(405);
    }

    private static Set<Map<String, String>> httpSeries() {
        return metrics().samples().stream().filter(sample -> sample.name().equals(PREFIX + "http_requests_seconds_count"))
                .map(MetricsText.Sample::labels).collect(Collectors.toSet());
    }
}
