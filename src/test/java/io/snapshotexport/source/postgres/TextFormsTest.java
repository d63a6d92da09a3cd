package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that are made of the binary form, beside those that the server makes of the same values. */
class TextFormsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VALUES = 4_000;
    private static SourceDatabase database;

    @BeforeAll
    static void create() throws Exception {
        database = SourceDatabase.create().with(
                // Often nothing, often little, sometimes as much as there may be.
                "CREATE FUNCTION up_to(most bigint) RETURNS bigint LANGUAGE sql VOLATILE AS $$"
                        + " SELECT CASE (random() * 3)::int WHEN 0 THEN 0"
                        + " ELSE sign(random() - 0.5) * floor((most + 1.0) ^ random() - 0.999) END::bigint $$",
                "CREATE FUNCTION any_micros(most bigint) RETURNS interval LANGUAGE sql VOLATILE AS $$ SELECT up_to(most) * interval '1 us' $$",
                "CREATE FUNCTION micros(most bigint) RETURNS interval LANGUAGE sql VOLATILE AS $$ SELECT abs(up_to(most)) * interval '1 us' $$",
                "CREATE FUNCTION ipv4() RETURNS inet LANGUAGE sql VOLATILE AS $$ SELECT inet '0.0.0.0' + abs(up_to(4294967295)) $$",
                "CREATE FUNCTION ipv6() RETURNS inet LANGUAGE sql VOLATILE AS $$ SELECT string_agg("
                        + "CASE (random() * 3)::int WHEN 0 THEN to_hex((random() * 65535)::int) WHEN 1 THEN 'ffff' ELSE '0' END, ':')::inet"
                        + " FROM generate_series(1, 8) $$");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            time | time '00:00' + micros(86399999999)
            timetz | concat(time '00:00' + micros(86399999999), offset_)::timetz
            interval | make_interval(years => up_to(9999)::int, months => up_to(120)::int, days => up_to(999999)::int) + any_micros(10000000000000)
            interval | make_interval(months => up_to(2147483647)::int, days => up_to(2147483647)::int) + any_micros(9000000000000000000)
            interval | (ARRAY['infinity', '-infinity', '0', '1 year', '-1 year', '1 day -1 us', '-1 mon 1 day']::interval[])[1 + i % 7]
            interval | (ARRAY['-1 day 00:00:01', '1 mon', '-178956970 years -8 mons', '2562047788:00:54.775807', '-1 us']::interval[])[1 + i % 5]
            inet | ipv4()
            inet | set_masklen(ipv4(), (random() * 32)::int)
            inet | ipv6()
            inet | set_masklen(ipv6(), (random() * 128)::int)
            inet | inet '::' + abs(up_to(9000000000000000000))
            inet | inet '::ffff:0:0' + abs(up_to(4294967295))
            inet | concat((ARRAY['0:0:0:0:0:ffff:', '0:0:0:0:0:0:', '0:0:0:0:1:0:'])[1 + i % 3], to_hex(i), ':', to_hex(i % 7))::inet
            cidr | set_masklen(ipv6()::cidr, (random() * 128)::int)
            cidr | set_masklen(ipv4()::cidr, (random() * 32)::int)
            macaddr | substr(md5(i::text), 1, 12)::macaddr
            macaddr8 | substr(md5(i::text), 1, 16)::macaddr8
            int4range | int4range(-abs(up_to(2147483640))::int, abs(up_to(2147483640))::int, bounds)
            int8range | int8range(-abs(up_to(9000000000000000000)), CASE WHEN random() < 0.9 THEN abs(up_to(9000000000000000000)) END, bounds)
            daterange | daterange(date '2000-01-01' - abs(up_to(2400000))::int, date '2000-01-01' + abs(up_to(2145000000))::int, bounds)
            daterange | daterange((ARRAY['-infinity', NULL, '4713-01-01 BC', '0001-12-31 BC', '0001-01-01']::date[])[1 + i % 5], 'infinity', bounds)
            daterange | daterange(NULL, (ARRAY['infinity', NULL, '9999-12-31', '10000-01-01']::date[])[1 + i % 4], bounds)
            tsrange | tsrange(timestamp '2000-01-01' - micros(200000000000000000), timestamp '2000-01-01' + micros(9000000000000000000), bounds)
            tsrange | tsrange((ARRAY['-infinity', NULL, '4713-01-01 BC', '1969-12-31 23:59:59.999999']::timestamp[])[1 + i % 4], 'infinity', bounds)
            tsrange | tsrange(NULL, (ARRAY['infinity', NULL, '294276-12-31 23:59:59.999999']::timestamp[])[1 + i % 3], bounds)
            tstzrange | tstzrange('2000-01-01Z'::timestamptz - micros(200000000000000000), '2000-01-01Z'::timestamptz + micros(9000000000000000000), bounds)
            int4range[] | ARRAY[int4range(-abs(up_to(10))::int, abs(up_to(10))::int, bounds), NULL]
            """)
    void areThoseOfTheServer(String type, String value) throws Exception {
        boolean array = type.endsWith("[]");
        database.with("SELECT setseed(0.42)", "SET TimeZone = 'UTC'", "SET DateStyle = 'ISO, YMD'", "DROP TABLE IF EXISTS t",
                "CREATE TABLE t (id int PRIMARY KEY, v " + type + ", text text)",
                "INSERT INTO t (id, v) SELECT i, " + value + " FROM generate_series(1, " + VALUES + ") i, LATERAL (SELECT"
                        + " (ARRAY['[]', '[)', '(]', '()'])[1 + (random() * 3)::int] AS bounds,"
                        + " (ARRAY['+00', '-08', '+05:30', '-15:59:59', '+00:00:01'])[1 + i % 5] AS offset_) AS drawn",
                "UPDATE t SET text = format('%s', " + (array ? "v[1]" : "v") + ")");

        List<String> documents = database.documents("t", SIMPLE);

        assertThat(documents).hasSize(VALUES);
        for (String document : documents) {
            JsonNode row = JSON.readTree(document);
            JsonNode written = array ? row.get("v").get(0) : row.get("v");
            assertThat(written.asText()).isEqualTo(row.get("text").asText());
        }
    }
}
