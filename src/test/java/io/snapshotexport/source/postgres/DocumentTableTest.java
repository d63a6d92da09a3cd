package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static io.snapshotexport.export.DocumentFormat.TAGGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.PermanentExportException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTableTest {

    private static final String TABLE =
            "CREATE TABLE \"Product\" (id bigint PRIMARY KEY, ts timestamptz NOT NULL, ttl timestamptz, data jsonb)";

    @Test
    void writesItsDataAsDocuments() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE, """
                INSERT INTO "Product" VALUES
                (121, '2026-11-22T14:06:42.04Z', NULL, '{}'),
                (101, '2026-11-22T14:06:41.87Z', NULL, '{"name": "ints", "big": 2147483648, "gone": null, "o": {"@int": "5", "x": 1}}'),
                (113, '2026-11-22T14:06:42.3Z', '2130-01-01', '{"id": "in data", "coll": "c", "data": 5, "name": "reserved"}')""");
        assertThat(database.documents("Product", TAGGED)).containsExactly(
                "{\"id\":\"101\",\"coll\":{\"@mod\":\"Product\"},\"ts\":{\"@time\":\"2026-11-22T14:06:41.870Z\"},"
                        + "\"o\":{\"@object\":{\"x\":{\"@int\":\"1\"},\"@int\":\"5\"}},\"big\":{\"@long\":\"2147483648\"},\"name\":\"ints\"}",
                "{\"id\":\"113\",\"coll\":{\"@mod\":\"Product\"},\"ts\":{\"@time\":\"2026-11-22T14:06:42.300Z\"},"
                        + "\"ttl\":{\"@time\":\"2130-01-01T00:00:00Z\"},\"name\":\"reserved\","
                        + "\"data\":{\"id\":\"in data\",\"coll\":\"c\",\"data\":{\"@int\":\"5\"}}}",
                "{\"id\":\"121\",\"coll\":{\"@mod\":\"Product\"},\"ts\":{\"@time\":\"2026-11-22T14:06:42.040Z\"}}");
        assertThat(database.documents("Product", SIMPLE)).first().isEqualTo("{\"id\":\"101\",\"coll\":\"Product\","
                + "\"ts\":\"2026-11-22T14:06:41.870Z\",\"o\":{\"x\":1,\"@int\":\"5\"},\"big\":2147483648,\"name\":\"ints\"}");
    }

    @Test
    void keepsTheStoredOrderOfJson() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE t (data json, ts timestamptz, id text PRIMARY KEY, extra int GENERATED ALWAYS AS (1) STORED)",
                "INSERT INTO t VALUES ('{ \"z\" : 1 ,\"a\":\"\\u00e9\" }', '2026-01-01Z', 'x/1')");
        assertThat(database.documents("t", SIMPLE))
                .containsExactly("{\"id\":\"x/1\",\"coll\":\"t\",\"ts\":\"2026-01-01T00:00:00Z\",\"z\":1,\"a\":\"é\"}");
    }

    /** Its type does not matter, and no document has expired by it. */
    @ParameterizedTest
    @ValueSource(strings = {"text GENERATED ALWAYS AS (data->>'t') STORED",
        "timestamptz GENERATED ALWAYS AS ('1999-01-01Z'::timestamptz) STORED"})
    void aGeneratedColumnIsNoTimeToLive(String type) throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE t (id int PRIMARY KEY, ts timestamptz, data jsonb, ttl " + type + ")",
                "INSERT INTO t (id, ts, data) VALUES (1, '2026-01-01Z', '{\"t\": \"1\"}')");
        assertThat(database.documents("t", SIMPLE)).containsExactly("{\"id\":\"1\",\"coll\":\"t\",\"ts\":\"2026-01-01T00:00:00Z\",\"t\":\"1\"}");
    }

    @Test
    void repeatsAKeyOfJsonAndKeepsTheLastOfJsonb() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE a (id int PRIMARY KEY, ts timestamptz, data json)", "CREATE TABLE b (LIKE a INCLUDING ALL)",
                "ALTER TABLE b ALTER data TYPE jsonb", "INSERT INTO a VALUES (1, '2026-01-01Z', '{\"k\": 1, \"a\": 2, \"k\": 3}')",
                "INSERT INTO b SELECT id, ts, data::jsonb FROM a");
        assertThat(database.documents("a", SIMPLE).get(0)).endsWith(",\"k\":1,\"a\":2,\"k\":3}");
        assertThat(database.documents("b", SIMPLE).get(0)).endsWith(",\"a\":2,\"k\":3}");
    }

    @Test
    void leavesOutWhatHadExpiredAtTheSnapshot() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE, """
                INSERT INTO "Product" VALUES (1, '2020-01-01Z', '2020-01-02Z', '{}'), (2, '2020-01-01Z', 'infinity', '{}'),
                (3, '2020-01-01Z', now() - interval '1 s', '{}'), (4, '2020-01-01Z', now() + interval '1 h', '{}')""");
        assertThat(database.documents("Product", SIMPLE)).hasSize(2)
                .first().isEqualTo("{\"id\":\"2\",\"coll\":\"Product\",\"ts\":\"2020-01-01T00:00:00Z\"}");
    }

    @Test
    void writesATimeWithoutEndAsItsText() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE, """
                INSERT INTO "Product" VALUES (1, 'infinity', NULL, '{}'), (2, '-infinity', NULL, '{}')""");
        assertThat(database.documents("Product", TAGGED)).containsExactly(
                "{\"id\":\"1\",\"coll\":{\"@mod\":\"Product\"},\"ts\":\"infinity\"}",
                "{\"id\":\"2\",\"coll\":{\"@mod\":\"Product\"},\"ts\":\"-infinity\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'[1]'", "'\"x\"'", "'null'", "NULL"})
    void failsForGoodWhereDataIsNoObject(String data) throws Exception {
        SourceDatabase database = SourceDatabase.create().with(TABLE, "INSERT INTO \"Product\" VALUES (77, now(), NULL, " + data + ")");
        assertThatThrownBy(() -> database.documents("Product", SIMPLE)).isInstanceOf(PermanentExportException.class)
                .hasMessageContaining("`Product`").hasMessageContaining("`77`").hasMessageContaining(database.name());
    }

    @Test
    void isRelationalWhereItHasFurtherColumnsSoThatNothingIsLost() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE t (id int PRIMARY KEY, ts timestamptz, data jsonb, owner text)",
                "INSERT INTO t VALUES (1, '2020-01-01Z', '{\"a\": 1}', 'me')");
        assertThat(database.documents("t", SIMPLE).get(0))
                .endsWith(",\"owner\":\"me\",\"data\":{\"ts\":\"2020-01-01T00:00:00Z\",\"data\":{\"a\":1}}}");
    }
}
