package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static io.snapshotexport.export.DocumentFormat.TAGGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.source.Snapshot;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelationalTableTest {

    private static SourceDatabase types;

    @BeforeAll
    static void createTypes() throws SQLException {
        types = SourceDatabase.create().with("CREATE TYPE mood AS ENUM ('so la la', 'good')", "CREATE DOMAIN price AS numeric(10, 2)");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            integer | (10), (9), (-1), (100) | -1, 9, 10, 100
            bigint | (9000000000), (5) | 5, 9000000000
            numeric | (10.5), (9), (1e20) | 9, 10.5, 100000000000000000000
            smallint | (3), (-5), (20) | -5, 3, 20
            oid | (4294967295), (7), (10) | 7, 10, 4294967295
            price | (10.5), (9) | 9.00, 10.50
            double precision | (1e300), (-0.5), (7) | -0.5, 7, 1e+300
            timestamptz | ('2024-01-02 03:04:05.5+02') | 2024-01-02 01:04:05.5+00
            text | ('b'), ('a'), ('A'), ('é') | A, a, b, é
            text | ('a:b%') | a:b%
            uuid | (lpad('b', 32, '0')::uuid), (lpad('a', 32, '1')::uuid) | 00000000-0000-0000-0000-00000000000b, 11111111-1111-1111-1111-11111111111a
            date | ('2024-02-29'), ('0044-03-15 BC') | 0044-03-15 BC, 2024-02-29
            mood | ('good'), ('so la la') | so la la, good
            char(3) | ('a') | a
            inet | ('10.0.0.1') | 10.0.0.1
            boolean | (true), (false) | false, true
            """)
    void ordersDocumentsByTheirKey(String type, String rows, String ids) throws Exception {
        types.with("DROP TABLE IF EXISTS k", "CREATE TABLE k (v int, k " + type + " PRIMARY KEY)", "INSERT INTO k (k) VALUES " + rows);
        try (Snapshot snapshot = types.snapshot()) {
            assertThat(SourceDatabase.read(snapshot, "k", SIMPLE).ids()).containsExactlyElementsOf(List.of(ids.split(", ")));
        }
    }

    @Test
    void writesGeneratedColumnsAsOthers() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE t (id int PRIMARY KEY, net int, gross int GENERATED ALWAYS AS (net * 2) STORED, note text)",
                "INSERT INTO t (id, net, note) VALUES (1, 21, 'n')");
        assertThat(withoutTs(database.documents("t", SIMPLE)))
                .containsExactly("{\"id\":\"1\",\"coll\":\"t\",\"net\":21,\"gross\":42,\"note\":\"n\"}");
    }

    @Test
    void joinsTheColumnsOfACompositeKeySoThatTwoKeysNeverMeet() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE t (v int, b text, a int, PRIMARY KEY (a, b))",
                "INSERT INTO t (a, b, v) VALUES (10, 'x', 1), (2, 'a:b', 2), (2, 'a%3Ab', 3), (2, '', NULL)");
        assertThat(withoutTs(database.documents("t", SIMPLE))).containsExactly(
                "{\"id\":\"2:\",\"coll\":\"t\",\"b\":\"\",\"a\":2}",
                "{\"id\":\"2:a%253Ab\",\"coll\":\"t\",\"v\":3,\"b\":\"a%3Ab\",\"a\":2}",
                "{\"id\":\"2:a%3Ab\",\"coll\":\"t\",\"v\":2,\"b\":\"a:b\",\"a\":2}",
                "{\"id\":\"10:x\",\"coll\":\"t\",\"v\":1,\"b\":\"x\",\"a\":10}");
    }

    @Test
    void joinsColumnsOfAnyTypeAsTheirTextsInTheOrderOfTheKey() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE t (d date, n numeric, b boolean, at timestamptz, u uuid, PRIMARY KEY (n, at, b, u, d))",
                "INSERT INTO t SELECT '2024-02-29', n, true, '2024-01-02 03:04:05Z', lpad('b', 32, '0')::uuid FROM unnest('{10,9.5}'::numeric[]) n");
        assertThat(database.documents("t", SIMPLE)).extracting(text -> text.substring(0, text.indexOf(",\"coll\""))).containsExactly(
                "{\"id\":\"9.5:2024-01-02 03%3A04%3A05+00:true:00000000-0000-0000-0000-00000000000b:2024-02-29\"",
                "{\"id\":\"10:2024-01-02 03%3A04%3A05+00:true:00000000-0000-0000-0000-00000000000b:2024-02-29\"");
    }

    /** As one that is NULL: a field whose value is null is absent. In arrays null stays. */
    @Test
    void leavesOutFieldsThatAreNullInJson() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TYPE parts AS (a jsonb, \"@b\" json, c int)",
                "CREATE TABLE t (id int PRIMARY KEY, v jsonb, w json, name jsonb, coll jsonb, x json, parts parts, list jsonb[])",
                "INSERT INTO t VALUES (1, 'null', ' null ', '1', 'null', '{\"n\":null}', ROW('null', ' null', 2), '{null,\"null\"}')");
        assertThat(withoutTs(database.documents("t", SIMPLE))).containsExactly(
                "{\"id\":\"1\",\"coll\":\"t\",\"name\":1,\"x\":{},\"parts\":{\"c\":2},\"list\":[null,null]}");
        assertThat(database.documents("t", TAGGED).get(0)).endsWith(
                ",\"name\":{\"@int\":\"1\"},\"x\":{},\"parts\":{\"c\":{\"@int\":\"2\"}},\"list\":[null,null]}");
    }

    @Test
    void putsColumnsWithReservedNamesAside() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE t (data int, key int PRIMARY KEY, id text, name text, ts date, coll int, ttl int)",
                "INSERT INTO t VALUES (5, 1, 'in data', 'n', NULL, 7, NULL), (NULL, 2, NULL, 'm', NULL, NULL, NULL)");
        assertThat(withoutTs(database.documents("t", SIMPLE))).containsExactly(
                "{\"id\":\"1\",\"coll\":\"t\",\"name\":\"n\",\"data\":{\"data\":5,\"id\":\"in data\",\"coll\":7}}",
                "{\"id\":\"2\",\"coll\":\"t\",\"name\":\"m\"}");
    }

    @Test
    void hasDocumentsLargerThanAnyBuffer() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE t (id int PRIMARY KEY, v text)",
                "INSERT INTO t VALUES (1, repeat('é', 1000000))");
        assertThat(database.documents("t", TAGGED).get(0)).endsWith("\"v\":\"" + "é".repeat(1_000_000) + "\"}");
    }

    private static List<String> withoutTs(List<String> documents) throws IOException {
        return documents.stream().map(text -> text.replaceAll("\"ts\":\"[^\"]*\",?", "")).toList();
    }
}
