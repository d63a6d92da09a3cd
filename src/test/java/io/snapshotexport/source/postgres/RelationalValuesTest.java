package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static io.snapshotexport.export.DocumentFormat.TAGGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.source.Snapshot;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the values of each type in a table of rows: {@code deploy/FORMATS.md}. */
class RelationalValuesTest {

    private static SourceDatabase types;

    @BeforeAll
    static void createTypes() throws SQLException {
        types = SourceDatabase.create().with(
                "CREATE TYPE mood AS ENUM ('so la la', 'good')",
                "CREATE DOMAIN price AS numeric(10, 2)",
                "CREATE DOMAIN prices AS price[]",
                "CREATE TYPE point3 AS (x int, \"@y\" float8, note text)",
                "CREATE TYPE span AS (how interval, at point3)",
                "CREATE TYPE spot AS (how interval, at point)",
                "CREATE TYPE lists AS (a int[], b interval[], c point3[])",
                "CREATE TYPE one AS (a int)",
                // As the types of PostGIS, whose arrays have colons.
                "CREATE TYPE place", "CREATE FUNCTION place_in(cstring) RETURNS place LANGUAGE internal IMMUTABLE STRICT AS 'textin'",
                "CREATE FUNCTION place_out(place) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'",
                "CREATE TYPE place (INPUT = place_in, OUTPUT = place_out, LIKE = text, DELIMITER = ':')");
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
            bigint | 2147483647 | 2147483647 | {"@int":"2147483647"}
            bigint | -2147483649 | -2147483649 | {"@long":"-2147483649"}
            bigint | 2147483648 | 2147483648 | {"@long":"2147483648"}
            bigint | 9223372036854775807 | 9223372036854775807 | {"@long":"9223372036854775807"}
            oid | 4294967295 | 4294967295 | {"@long":"4294967295"}
            oid | 2147483647 | 2147483647 | {"@int":"2147483647"}
            real | 0.1 | 0.1 | {"@double":"0.1"}
            real | 'NaN' | "NaN" | {"@double":"NaN"}
            real | 'Infinity' | "Infinity" | {"@double":"Infinity"}
            real | '-Infinity' | "-Infinity" | {"@double":"-Infinity"}
            real | 3.4028235e38 | 3.4028235E38 | {"@double":"3.4028235E38"}
            real | -1e-45 | -1.4E-45 | {"@double":"-1.4E-45"}
            real | 8.5e9 | 8.5E9 | {"@double":"8.5E9"}
            real | '-0' | -0.0 | {"@double":"-0.0"}
            double precision | 0.1 | 0.1 | {"@double":"0.1"}
            double precision | 1e300 | 1.0E300 | {"@double":"1.0E300"}
            double precision | -0.0::float8 | -0.0 | {"@double":"-0.0"}
            double precision | 5e-324 | 4.9E-324 | {"@double":"4.9E-324"}
            double precision | '-Infinity' | "-Infinity" | {"@double":"-Infinity"}
            double precision | 'Infinity' | "Infinity" | {"@double":"Infinity"}
            double precision | 'NaN' | "NaN" | {"@double":"NaN"}
            double precision | -1.7976931348623157e308 | -1.7976931348623157E308 | {"@double":"-1.7976931348623157E308"}
            double precision | 2.2250738585072014e-308 | 2.2250738585072014E-308 | {"@double":"2.2250738585072014E-308"}
            double precision | 2e23 | 2.0E23 | {"@double":"2.0E23"}
            double precision | 0.002 | 0.002 | {"@double":"0.002"}
            numeric | 42 | 42 | {"@int":"42"}
            numeric | 10000 | 10000 | {"@int":"10000"}
            numeric | 120034560000 | 120034560000 | {"@long":"120034560000"}
            numeric | 9223372036854775807 | 9223372036854775807 | {"@long":"9223372036854775807"}
            numeric | 9223372036854775809 | "9223372036854775809" | "9223372036854775809"
            numeric | -9223372036854775808 | -9223372036854775808 | {"@long":"-9223372036854775808"}
            numeric | -9223372036854775809 | "-9223372036854775809" | "-9223372036854775809"
            numeric | 1e22 | 1.0E22 | {"@double":"1.0E22"}
            numeric | -0.00 | 0.0 | {"@double":"0.0"}
            numeric(3,-2) | 12345 | 12300 | {"@int":"12300"}
            numeric | 0 | 0 | {"@int":"0"}
            numeric | -0.00001234 | -1.234E-5 | {"@double":"-1.234E-5"}
            numeric | 12345.06789 | 12345.06789 | {"@double":"12345.06789"}
            numeric | 100000000.5 | 1.000000005E8 | {"@double":"1.000000005E8"}
            numeric(10,2) | 12 | 12.0 | {"@double":"12.0"}
            numeric(10,2) | 0 | 0.0 | {"@double":"0.0"}
            numeric | 3.14159265358979323846 | "3.14159265358979323846" | "3.14159265358979323846"
            numeric | 'NaN' | "NaN" | {"@double":"NaN"}
            numeric | 'Infinity' | "Infinity" | {"@double":"Infinity"}
            numeric | '-Infinity' | "-Infinity" | {"@double":"-Infinity"}
            price | 9.9 | 9.9 | {"@double":"9.9"}
            money | 12.34 | "$12.34" | "$12.34"
            money | '-92233720368547758.08' | "-$92,233,720,368,547,758.08" | "-$92,233,720,368,547,758.08"
            boolean | true | true | true
            text | E'a"\\\\b\\n\\u0001/é😀' | "a\\"\\\\b\\n\\u0001/é😀" | "a\\"\\\\b\\n\\u0001/é😀"
            varchar(5) | '' | "" | ""
            char(4) | 'ab' | "ab  " | "ab  "
            name | 'n' | "n" | "n"
            "char" | 'c' | "c" | "c"
            uuid | 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11' | "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" | "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            bytea | '\\x48656c6c6f' | "SGVsbG8=" | {"@bytes":"SGVsbG8="}
            bytea | '' | "" | {"@bytes":""}
            bytea | '\\x00ff' | "AP8=" | {"@bytes":"AP8="}
            date | '2024-02-29' | "2024-02-29" | {"@date":"2024-02-29"}
            date | '0044-03-15 BC' | "-0043-03-15" | {"@date":"-0043-03-15"}
            date | '5874897-12-31' | "+5874897-12-31" | {"@date":"+5874897-12-31"}
            date | '-infinity' | "-infinity" | "-infinity"
            date | 'infinity' | "infinity" | "infinity"
            date | '4713-01-01 BC' | "-4712-01-01" | {"@date":"-4712-01-01"}
            date | '0001-12-31 BC' | "0000-12-31" | {"@date":"0000-12-31"}
            timestamptz | '2024-01-02 03:04:05.123456+02' | "2024-01-02T01:04:05.123456Z" | {"@time":"2024-01-02T01:04:05.123456Z"}
            timestamptz | '1999-12-31 23:59:59.5Z' | "1999-12-31T23:59:59.500Z" | {"@time":"1999-12-31T23:59:59.500Z"}
            timestamptz | '-infinity' | "-infinity" | "-infinity"
            timestamptz | 'infinity' | "infinity" | "infinity"
            timestamptz | '0044-03-15 12:00:00.000001+00 BC' | "-0043-03-15T12:00:00.000001Z" | {"@time":"-0043-03-15T12:00:00.000001Z"}
            timestamptz | '294276-12-31 23:59:59.999999Z' | "+294276-12-31T23:59:59.999999Z" | {"@time":"+294276-12-31T23:59:59.999999Z"}
            timestamp | 'infinity' | "infinity" | "infinity"
            timestamp | '-infinity' | "-infinity" | "-infinity"
            timestamp | '4713-01-01 00:00:00 BC' | "-4712-01-01T00:00:00Z" | {"@time":"-4712-01-01T00:00:00Z"}
            time | '03:04:05.5' | "03:04:05.5" | "03:04:05.5"
            time | '24:00:00' | "24:00:00" | "24:00:00"
            time | '00:00' | "00:00:00" | "00:00:00"
            timetz | '03:04:05+02' | "03:04:05+02" | "03:04:05+02"
            timetz | '24:00:00-15:59:59' | "24:00:00-15:59:59" | "24:00:00-15:59:59"
            timetz | '03:04:05.123456+05:30' | "03:04:05.123456+05:30" | "03:04:05.123456+05:30"
            interval | '1 year 2 days 03:00' | "1 year 2 days 03:00:00" | "1 year 2 days 03:00:00"
            interval | '-1 mon +2 days -00:00:00.000001' | "-1 mons +2 days -00:00:00.000001" | "-1 mons +2 days -00:00:00.000001"
            interval | '-178000000 years' | "-178000000 years" | "-178000000 years"
            interval | 'infinity' | "infinity" | "infinity"
            interval | '0' | "00:00:00" | "00:00:00"
            inet | '192.168.0.1' | "192.168.0.1" | "192.168.0.1"
            inet | '10.0.0.1/8' | "10.0.0.1/8" | "10.0.0.1/8"
            inet | '::1' | "::1" | "::1"
            inet | '::ffff:1.2.3.4/96' | "::ffff:1.2.3.4/96" | "::ffff:1.2.3.4/96"
            cidr | '10.0.0.0/8' | "10.0.0.0/8" | "10.0.0.0/8"
            cidr | '10.0.0.1' | "10.0.0.1/32" | "10.0.0.1/32"
            cidr | '2001:db8::/32' | "2001:db8::/32" | "2001:db8::/32"
            mood | 'so la la' | "so la la" | "so la la"
            int4range | '[1,5)' | "[1,5)" | "[1,5)"
            int4range | 'empty' | "empty" | "empty"
            int8range | '[1,]' | "[1,)" | "[1,)"
            numrange | '(,)' | "(,)" | "(,)"
            numrange | '(1.50,2]' | "(1.50,2]" | "(1.50,2]"
            daterange | '[-infinity,infinity]' | "[-infinity,infinity]" | "[-infinity,infinity]"
            tstzrange | '[2024-01-02 03:04:05.5+02,)' | "[\\"2024-01-02 01:04:05.5+00\\",)" | "[\\"2024-01-02 01:04:05.5+00\\",)"
            int4multirange | '{[1,3),[5,7]}' | "{[1,3),[5,8)}" | "{[1,3),[5,8)}"
            nummultirange | '{}' | "{}" | "{}"
            datemultirange[] | '{"{[2024-01-01,2024-02-01)}","{}"}' | ["{[2024-01-01,2024-02-01)}","{}"] | ["{[2024-01-01,2024-02-01)}","{}"]
            daterange[] | '{"[2024-02-28,2024-03-01)",NULL}' | ["[2024-02-28,2024-03-01)",null] | ["[2024-02-28,2024-03-01)",null]
            macaddr | '08:00:2b:01:02:03' | "08:00:2b:01:02:03" | "08:00:2b:01:02:03"
            macaddr8 | '08:00:2b:01:02:03:04:05' | "08:00:2b:01:02:03:04:05" | "08:00:2b:01:02:03:04:05"
            point | '(1,2)' | "(1,2)" | "(1,2)"
            tsvector | 'a b' | "'a' 'b'" | "'a' 'b'"
            tsquery | 'a & !b' | "'a' & !'b'" | "'a' & !'b'"
            xml | '<a b="1">é</a>' | "<a b=\\"1\\">é</a>" | "<a b=\\"1\\">é</a>"
            xml | '<?xml version="1.0" encoding="ISO-8859-1"?><a/>' | "<a/>" | "<a/>"
            xml[] | array['<?xml version="1.0" encoding="ISO-8859-1"?><a/>']::xml[] | ["<a/>"] | ["<a/>"]
            regclass | 'pg_class' | "pg_class" | "pg_class"
            bit(3) | B'101' | "101" | "101"
            varbit | B'' | "" | ""
            varbit[] | '{0110,NULL}' | ["0110",null] | ["0110",null]
            json | '{ "b":1.0,"a":[null,"\\/"],"n":null}' | {"b":1.0,"a":[null,"/"]} | {"b":{"@double":"1.0"},"a":[null,"/"]}
            jsonb | '{"@a":{"id":1}}' | {"@a":{"id":1}} | {"@object":{"@a":{"id":{"@int":"1"}}}}
            jsonb | '"text"' | "text" | "text"
            jsonb | '[1.10,-0,1e3,false]' | [1.1,0,1000,false] | [{"@double":"1.1"},{"@int":"0"},{"@int":"1000"},false]
            json | '[1e400,-1e-400,2e23]' | ["1e400","-1e-400",2.0E23] | ["1e400","-1e-400",{"@double":"2.0E23"}]
            integer[] | '{{1,2},{3,NULL}}' | [[1,2],[3,null]] | [[{"@int":"1"},{"@int":"2"}],[{"@int":"3"},null]]
            integer[] | '{}' | [] | []
            integer[] | '[0:1]={1,2}' | [1,2] | [{"@int":"1"},{"@int":"2"}]
            text[] | '{"a,b",NULL,""}' | ["a,b",null,""] | ["a,b",null,""]
            jsonb[] | array['{"a": 1}']::jsonb[] | [{"a":1}] | [{"a":{"@int":"1"}}]
            mood[] | '{good}' | ["good"] | ["good"]
            interval[] | '{1 day,NULL}' | ["1 day",null] | ["1 day",null]
            interval[][] | '{{1 day,NULL},{-02:00,1 mon}}' | [["1 day",null],["-02:00:00","1 mon"]] | [["1 day",null],["-02:00:00","1 mon"]]
            interval[] | '{}' | [] | []
            interval[] | '[2:3]={1 day,2 days}' | ["1 day","2 days"] | ["1 day","2 days"]
            inet[] | '{10.0.0.1}' | ["10.0.0.1"] | ["10.0.0.1"]
            box[] | '{(1,1),(0,0)}' | ["(1,1),(0,0)"] | ["(1,1),(0,0)"]
            place | 'a:b' | "a:b" | "a:b"
            place[] | '{"a,b":NULL:c}' | ["a,b",null,"c"] | ["a,b",null,"c"]
            place[] | '{}' | [] | []
            place[] | '{{a:b}:{c:d}}' | ["{{a:b}:{c:d}}"] | ["{{a:b}:{c:d}}"]
            prices | '{1.5}' | [1.5] | [{"@double":"1.5"}]
            point3 | (1, 2.5, NULL) | {"x":1,"@y":2.5} | {"@object":{"x":{"@int":"1"},"@y":{"@double":"2.5"}}}
            point3 | (1, NULL, 'n') | {"x":1,"note":"n"} | {"x":{"@int":"1"},"note":"n"}
            point3[] | array[(1, NULL, NULL)]::point3[] | [{"x":1}] | [{"x":{"@int":"1"}}]
            point3[] | array[NULL, (NULL, 'Infinity', NULL)]::point3[] | [null,{"@y":"Infinity"}] | [null,{"@object":{"@y":{"@double":"Infinity"}}}]
            span | row('1 day', (1, NULL, NULL)) | {"how":"1 day","at":{"x":1}} | {"how":"1 day","at":{"x":{"@int":"1"}}}
            span | row(NULL, NULL) | {} | {}
            span[] | array[row('1 day', (1, NULL, 'b')), NULL]::span[] | [{"how":"1 day","at":{"x":1,"note":"b"}},null] | [{"how":"1 day","at":{"x":{"@int":"1"},"note":"b"}},null]
            spot | row('1 day', '(1,2)') | {"how":"1 day","at":"(1,2)"} | {"how":"1 day","at":"(1,2)"}
            spot[] | array[row('1 day', '(1,2)'), NULL]::spot[] | ["(\\"1 day\\",\\"(1,2)\\")",null] | ["(\\"1 day\\",\\"(1,2)\\")",null]
            point[] | '{"(1,2)",NULL}' | ["(1,2)",null] | ["(1,2)",null]
            point[][] | '{{"(1,2)",NULL},{"(3,4)","(5,6)"}}' | [["(1,2)",null],["(3,4)","(5,6)"]] | [["(1,2)",null],["(3,4)","(5,6)"]]
            point[] | '[2:3]={"(1,2)","(3,4)"}' | ["(1,2)","(3,4)"] | ["(1,2)","(3,4)"]
            point[] | '{}' | [] | []
            lists | row('{{1,2}}', '{1 day,NULL}', NULL) | {"a":[[1,2]],"b":["1 day",null]} | {"a":[[{"@int":"1"},{"@int":"2"}]],"b":["1 day",null]}
            lists | row('{}', NULL, array[NULL, (1, NULL, NULL)]::point3[]) | {"a":[],"c":[null,{"x":1}]} | {"a":[],"c":[null,{"x":{"@int":"1"}}]}
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

    /** PostgreSQL's largest numbers have 131,072 digits before the point and 16,383 behind it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            numeric | 9 | 131072
            numeric | 0.9 | 16383
            numeric | -1 | 310
            numeric | -0.0 | 400
            jsonb | 9 | 400
            jsonb | 0.00 | 400
            """)
    void writesNumbersBeyondADoubleAsTheirText(String type, String begin, int digits) throws Exception {
        String number = begin + begin.substring(begin.length() - 1).repeat(digits - 2) + "7";
        types.with("DROP TABLE IF EXISTS n", "CREATE TABLE n (id int PRIMARY KEY, v " + type + ")", "INSERT INTO n VALUES (1, '" + number + "')");
        for (DocumentFormat format : DocumentFormat.values()) {
            assertThat(types.documents("n", format).get(0)).endsWith(",\"v\":\"" + number + "\"}");
        }
    }

    @Test
    void writesAPowerOfTenThatJsonbSpellsOut() throws Exception {
        types.with("DROP TABLE IF EXISTS n", "CREATE TABLE n (id int PRIMARY KEY, v jsonb)", "INSERT INTO n VALUES (1, '[1e400,1e300]')");
        assertThat(types.documents("n", TAGGED).get(0)).endsWith(",\"v\":[\"1" + "0".repeat(400) + "\",{\"@double\":\"1.0E300\"}]}");
    }
}
