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
        types = SourceDatabase.create().with(
                "CREATE TYPE mood AS ENUM ('so la la', 'good')",
                "CREATE DOMAIN price AS numeric(10, 2)",
                "CREATE DOMAIN prices AS price[]",
                "CREATE TYPE point3 AS (x int, \"@y\" float8, note text)",
                "CREATE TYPE span AS (how interval, at point3)",
                "CREATE TYPE one AS (a int)");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            smallint | -32768 | -32768 | {"@int":"-32768"}
            smallint | 32767 | 32767 | {"@int":"32767"}
            integer | 2147483647 | 2147483647 | {"@int":"2147483647"}
            integer | -2147483648 | -2147483648 | {"@int":"-2147483648"}
            bigint | 5 | 5 | {"@int":"5"}
            bigint | -9223372036854775808 | -9223372036854775808 | {"@long":"-9223372036854775808"}
            bigint | -2147483648 | -2147483648 | {"@int":"-2147483648"}
            bigint | 2147483648 | 2147483648 | {"@long":"2147483648"}
            bigint | 9223372036854775807 | 9223372036854775807 | {"@long":"9223372036854775807"}
            oid | 4294967295 | 4294967295 | {"@long":"4294967295"}
            real | 0.1 | 0.1 | {"@double":"0.1"}
            real | 'NaN' | "NaN" | {"@double":"NaN"}
            double precision | 0.1 | 0.1 | {"@double":"0.1"}
            double precision | 1e300 | 1.0E300 | {"@double":"1.0E300"}
            double precision | -0.0::float8 | -0.0 | {"@double":"-0.0"}
            double precision | 5e-324 | 4.9E-324 | {"@double":"4.9E-324"}
            double precision | '-Infinity' | "-Infinity" | {"@double":"-Infinity"}
            numeric | 42 | 42 | {"@int":"42"}
            numeric | 10000 | 10000 | {"@int":"10000"}
            numeric | 120034560000 | 120034560000 | {"@long":"120034560000"}
            numeric | 9223372036854775807 | 9223372036854775807 | {"@long":"9223372036854775807"}
            numeric | 9223372036854775809 | "9223372036854775809" | "9223372036854775809"
            numeric | 0 | 0 | {"@int":"0"}
            numeric | -0.00001234 | -1.234E-5 | {"@double":"-1.234E-5"}
            numeric | 12345.06789 | 12345.06789 | {"@double":"12345.06789"}
            numeric | 100000000.5 | 1.000000005E8 | {"@double":"1.000000005E8"}
            numeric(10,2) | 12 | 12.0 | {"@double":"12.0"}
            numeric(10,2) | 0 | 0.0 | {"@double":"0.0"}
            numeric | 3.14159265358979323846 | "3.14159265358979323846" | "3.14159265358979323846"
            numeric | 'NaN' | "NaN" | {"@double":"NaN"}
            numeric | 'Infinity' | "Infinity" | {"@double":"Infinity"}
            price | 9.9 | 9.9 | {"@double":"9.9"}
            money | 12.34 | "$12.34" | "$12.34"
            boolean | true | true | true
            text | E'a"\\\\b\\n\\u0001/é😀' | "a\\"\\\\b\\n\\u0001/é😀" | "a\\"\\\\b\\n\\u0001/é😀"
            varchar(5) | '' | "" | ""
            char(4) | 'ab' | "ab  " | "ab  "
            name | 'n' | "n" | "n"
            "char" | 'c' | "c" | "c"
            uuid | 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11' | "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" | "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            bytea | '\\x48656c6c6f' | "SGVsbG8=" | {"@bytes":"SGVsbG8="}
            bytea | '' | "" | {"@bytes":""}
            date | '2024-02-29' | "2024-02-29" | {"@date":"2024-02-29"}
            date | '0044-03-15 BC' | "-0043-03-15" | {"@date":"-0043-03-15"}
            date | '5874897-12-31' | "+5874897-12-31" | {"@date":"+5874897-12-31"}
            date | '-infinity' | "-infinity" | "-infinity"
            date | 'infinity' | "infinity" | "infinity"
            timestamptz | '2024-01-02 03:04:05.123456+02' | "2024-01-02T01:04:05.123456Z" | {"@time":"2024-01-02T01:04:05.123456Z"}
            timestamptz | '1999-12-31 23:59:59.5Z' | "1999-12-31T23:59:59.500Z" | {"@time":"1999-12-31T23:59:59.500Z"}
            timestamptz | '-infinity' | "-infinity" | "-infinity"
            timestamptz | '294276-12-31 23:59:59.999999Z' | "+294276-12-31T23:59:59.999999Z" | {"@time":"+294276-12-31T23:59:59.999999Z"}
            timestamp | 'infinity' | "infinity" | "infinity"
            timestamp | '4713-01-01 00:00:00 BC' | "-4712-01-01T00:00:00Z" | {"@time":"-4712-01-01T00:00:00Z"}
            time | '03:04:05.5' | "03:04:05.5" | "03:04:05.5"
            timetz | '03:04:05+02' | "03:04:05+02" | "03:04:05+02"
            interval | '1 year 2 days 03:00' | "1 year 2 days 03:00:00" | "1 year 2 days 03:00:00"
            inet | '192.168.0.1' | "192.168.0.1" | "192.168.0.1"
            inet | '10.0.0.1/8' | "10.0.0.1/8" | "10.0.0.1/8"
            cidr | '10.0.0.0/8' | "10.0.0.0/8" | "10.0.0.0/8"
            mood | 'so la la' | "so la la" | "so la la"
            int4range | '[1,5)' | "[1,5)" | "[1,5)"
            daterange[] | '{"[2024-02-28,2024-03-01)",NULL}' | ["[2024-02-28,2024-03-01)",null] | ["[2024-02-28,2024-03-01)",null]
            macaddr | '08:00:2b:01:02:03' | "08:00:2b:01:02:03" | "08:00:2b:01:02:03"
            point | '(1,2)' | "(1,2)" | "(1,2)"
            tsvector | 'a b' | "'a' 'b'" | "'a' 'b'"
            bit(3) | B'101' | "101" | "101"
            json | '{ "b":1.0,"a":[null,"\\/"],"n":null}' | {"b":1.0,"a":[null,"/"]} | {"b":{"@double":"1.0"},"a":[null,"/"]}
            jsonb | '{"@a":{"id":1}}' | {"@a":{"id":1}} | {"@object":{"@a":{"id":{"@int":"1"}}}}
            jsonb | '"text"' | "text" | "text"
            integer[] | '{{1,2},{3,NULL}}' | [[1,2],[3,null]] | [[{"@int":"1"},{"@int":"2"}],[{"@int":"3"},null]]
            integer[] | '{}' | [] | []
            integer[] | '[0:1]={1,2}' | [1,2] | [{"@int":"1"},{"@int":"2"}]
            text[] | '{"a,b",NULL,""}' | ["a,b",null,""] | ["a,b",null,""]
            jsonb[] | array['{"a": 1}']::jsonb[] | [{"a":1}] | [{"a":{"@int":"1"}}]
            mood[] | '{good}' | ["good"] | ["good"]
            interval[] | '{1 day,NULL}' | ["1 day",null] | ["1 day",null]
            inet[] | '{10.0.0.1}' | ["10.0.0.1"] | ["10.0.0.1"]
            box[] | '{(1,1),(0,0)}' | ["(1,1),(0,0)"] | ["(1,1),(0,0)"]
            prices | '{1.5}' | [1.5] | [{"@double":"1.5"}]
            point3 | (1, 2.5, NULL) | {"x":1,"@y":2.5} | {"@object":{"x":{"@int":"1"},"@y":{"@double":"2.5"}}}
            point3 | (1, NULL, 'n') | {"x":1,"note":"n"} | {"x":{"@int":"1"},"note":"n"}
            point3[] | array[(1, NULL, NULL)]::point3[] | [{"x":1}] | [{"x":{"@int":"1"}}]
            span | row('1 day', (1, NULL, NULL)) | {"how":"1 day","at":{"x":1}} | {"how":"1 day","at":{"x":{"@int":"1"}}}
            span | row(NULL, NULL) | {} | {}
            one | row(7) | {"a":7} | {"a":{"@int":"7"}}
            """)
    void writesValuesOfEveryType(String type, String literal, String simple, String tagged) throws Exception {
        types.with("DROP TABLE IF EXISTS t", "CREATE TABLE t (id int PRIMARY KEY, v " + type + ", last text)",
                "INSERT INTO t VALUES (1, " + literal + ", 'x'), (2, NULL, NULL)");
        try (Snapshot snapshot = types.snapshot()) {
            String ts = snapshot.takenAt().toString();
            assertThat(SourceDatabase.read(snapshot, "t", SIMPLE).texts()).containsExactly(
                    "{\"id\":\"1\",\"coll\":\"t\",\"ts\":\"" + ts + "\",\"v\":" + simple + ",\"last\":\"x\"}",
                    "{\"id\":\"2\",\"coll\":\"t\",\"ts\":\"" + ts + "\"}");
            assertThat(SourceDatabase.read(snapshot, "t", TAGGED).texts()).first().isEqualTo("{\"id\":\"1\",\"coll\":{\"@mod\":\"t\"},"
                    + "\"ts\":{\"@time\":\"" + ts + "\"},\"v\":" + tagged + ",\"last\":\"x\"}");
        }
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
