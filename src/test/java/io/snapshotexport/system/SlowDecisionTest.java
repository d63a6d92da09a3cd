package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.snapshotexport.local.EmbeddedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A watchdog that decides, and stands still before it can carry that out: by then another may have decided anew. */
@QuarkusTest
@TestProfile(SlowDecisionTest.ShortSilence.class)
class SlowDecisionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String STORE = EmbeddedServers.STORE_DATABASE;
    private static final long ID = (Instant.now().minus(Duration.ofMinutes(1)).toEpochMilli()
            - Instant.parse("2020-01-01T00:00:00Z").toEpochMilli()) << 22;

    TestSystem system;

    /** So that an export is soon taken for abandoned. */
    public static class ShortSilence implements QuarkusTestProfile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(SystemResource.class, Map.of("snapshot-export.worker.lease", "2s",
                    "snapshot-export.watchdog.silence", "3s", "snapshot-export.watchdog.check-every", "200ms")));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    @Test
    void aDecisionThatCannotBeCarriedOutAtOnceIsVoidAndMadeAgain() throws Exception {
        await("the store's tables").atMost(PATIENCE).until(() -> given().noFilters().get("/q/health/ready").statusCode() == 200);
        system.execute(STORE, """
                insert into export (id, account, database, collections, format, datafile_format, datafile_compression, bucket, path, state, attempt,
                    sequence, updated_at, reported_at, queued_attempt, hand_outs, collections_total, collections_done, documents, bytes, files,
                    documents_estimated)
                values (%d, 'nobody', 'us-std/none', '{}', 'simple', 'json', false, 'none', 'none', 'InProgress', 1, 1, now(), now(), 1, 0,
                    0, 0, 0, 0, 0, 0)"""
                .formatted(ID));
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            try (Connection holder = system.connect(STORE); Statement statement = holder.createStatement()) {
                holder.setAutoCommit(false);
                statement.execute("select 1 from export where id = " + ID + " for update");
                await("the decision, which is an update").atMost(PATIENCE).until(() -> number(
                        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0);
                TimeUnit.SECONDS.sleep(6);
                assertThat(handOuts()).isZero();
                holder.rollback();
            }
            await().atMost(PATIENCE).until(() -> handOuts() == 1);
            assertThat(retries(topics, ID)).isZero();

            await().atMost(PATIENCE).until(() -> retries(topics, ID) > 0);
            assertThat(handOuts()).isEqualTo(2);
            assertThat(retries(topics, ID)).isOne();
        }
    }

    /** The first to be decided, by its id, is one whose row nobody could have written. */
    @Test
    void anExportThatCannotBeReadKeepsTheWatchdogFromNoOther() {
        await("the store's tables").atMost(PATIENCE).until(() -> given().noFilters().get("/q/health/ready").statusCode() == 200);
        long readable = ID + 2;
        for (long id : new long[] {ID + 1, readable}) {
            system.execute(STORE, """
                    insert into export (id, account, database, collections, format, datafile_format, datafile_compression, bucket, path, state, attempt,
                        sequence, updated_at, reported_at, queued_attempt, hand_outs, collections_total, collections_done, documents, bytes, files,
                        documents_estimated)
                    values (%d, 'nobody', 'us-std/none', '{}', '%s', 'json', false, 'none', 'none', 'InProgress', 1, 1, now(), now(), 1, 0,
                        0, 0, 0, 0, 0, 0)"""
                    .formatted(id, id == readable ? "simple" : "unreadable"));
        }
        try (TopicRecords topics = new TopicRecords(system.kafka())) {
            await().atMost(PATIENCE).until(() -> retries(topics, readable) == 1);
        }
        system.execute(STORE, "delete from export where format = 'unreadable'");
    }

    private long handOuts() throws SQLException {
        return number("select hand_outs from export where id = " + ID);
    }

    private long number(String query) throws SQLException {
        try (Connection connection = system.connect(STORE); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static long retries(TopicRecords topics, long id) {
        return topics.all("export-retries").stream().map(TopicRecords::headers)
                .filter(headers -> Long.toString(id).equals(headers.get("export-id"))).count();
    }
}
