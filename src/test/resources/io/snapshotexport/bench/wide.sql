-- Wide rows with a column of every kind of type.
CREATE TYPE bench.mood AS ENUM ('calm', 'glad', 'in a hurry');
CREATE DOMAIN bench.percent AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE bench.place AS (street text, number integer, location point);
CREATE UNLOGGED TABLE "Wide" (
    tenant integer, number bigint,
    a_smallint smallint, an_integer integer, a_bigint bigint, a_real real, a_double double precision,
    a_numeric numeric, a_money_like numeric(14, 4), a_long_numeric numeric(38, 18), an_oid oid,
    a_boolean boolean, a_text text, a_long_text text, a_varchar varchar(80), a_char char(12), a_name name,
    some_bytes bytea, a_uuid uuid,
    a_date date, a_time time, a_timetz timetz, a_timestamp timestamp, a_timestamptz timestamptz, an_interval interval,
    an_inet inet, a_cidr cidr, a_macaddr macaddr, some_bits bit varying(24), a_point point, a_box box,
    an_int_range int4range, a_time_range tstzrange, an_xml xml, a_tsvector tsvector, a_money money,
    a_json json, a_jsonb jsonb,
    some_integers integer[], some_texts text[], a_matrix double precision[][], some_times timestamptz[],
    a_mood bench.mood, a_percent bench.percent, a_place bench.place, some_moods bench.mood[],
    always_null text,
    PRIMARY KEY (tenant, number)
);

CREATE FUNCTION bench.grow_wide(after bigint, upto bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "Wide"
    SELECT i % 10, i,
        (i % 30000)::smallint, (i * 7919 % 2000000000)::integer, i * 1000000007, (i % 1000) / 7.0::real, i / 9.0::double precision,
        i * 1.5 + 0.125, (i % 1000000) * 1.2345, i + 0.123456789012345678, (i % 100000)::oid,
        i % 2 = 0, 'text ' || i || E'\twith a "quote"', repeat('The quick brown fox jumps over the lazy dog. ', 6), 'varchar ' || md5(i::text),
        'char ' || i % 1000, 'name' || i % 100,
        decode(md5(i::text) || md5((i + 1)::text), 'hex'), md5(i::text)::uuid,
        date '2000-01-01' + (i % 10000)::int, time '00:00' + i * interval '1 s', timetz '12:00:00+02' + i * interval '1 s',
        timestamp '2010-01-01 00:00:00' + i * interval '3.000001 s', timestamptz '2010-01-01 00:00:00Z' + i * interval '5.5 s',
        i * interval '1 min 3.5 s', ('10.' || i % 256 || '.' || i / 256 % 256 || '.1')::inet, ('10.' || i % 256 || '.0.0/16')::cidr,
        '08:00:2b:01:02:03'::macaddr, (i % 16777216)::int::bit(24)::bit varying(24), point(i % 180, i % 90), box(point(0, 0), point(i % 10, 5)),
        int4range((i % 100)::int, (i % 100)::int + 10), tstzrange(timestamptz '2020-01-01Z', timestamptz '2020-01-01Z' + i * interval '1 s'),
        ('<item number="' || i || '"/>')::xml, ('fox:1 dog:' || 1 + i % 9)::tsvector, (i % 10000)::int::money,
        ('{"kept": "as it is", "number": ' || i || ', "list": [1, 2.50, null, true]}')::json,
        jsonb_build_object('nested', jsonb_build_object('number', i, 'list', jsonb_build_array(i, i + 0.5, 'text', NULL)), 'text', md5(i::text)),
        ARRAY[i % 10, i % 100, i % 1000]::integer[], ARRAY['one', NULL, 'three "3"'], ARRAY[[i / 3.0, 2], [3, 4.25]]::double precision[],
        ARRAY[timestamptz '2020-01-01Z' + i * interval '1 s'],
        (ARRAY['calm', 'glad', 'in a hurry'])[1 + i % 3]::bench.mood, (i % 10000) / 100.0,
        ROW('Main Street', (i % 300)::int, point(i % 180, i % 90))::bench.place, ARRAY['calm', 'glad']::bench.mood[],
        NULL
    FROM generate_series(after + 1, upto) i;
END $$;
