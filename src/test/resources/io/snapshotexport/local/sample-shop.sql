-- The sample database of the local mode: a shop of some thousand documents that use every kind of value.
-- No chance in it: every run makes the same rows. Executed as one transaction.

SET LOCAL timezone = 'UTC';

CREATE TYPE order_status AS ENUM ('cart', 'placed', 'paid', 'shipped', 'returned');
CREATE TYPE price AS (amount numeric(12, 2), currency char(3));
CREATE DOMAIN sku AS text CHECK (VALUE ~ '^[A-Z]{3}-[0-9]{5}$');

CREATE TABLE "Category" (
    id smallint PRIMARY KEY,
    name text NOT NULL UNIQUE,
    description text,
    parent smallint REFERENCES "Category",
    synonyms text[] NOT NULL DEFAULT '{}',
    visible boolean NOT NULL DEFAULT true,
    opened date
);

INSERT INTO "Category"
SELECT i,
       (ARRAY['Bücher', 'Music', 'Films & TV', 'Garden "Eden"', 'Küche', 'Spielzeug', 'Outdoor/Indoor', '食品', 'Здоровье', 'Back\slash',
              'Emoji 🛒', 'Everything else'])[1 + (i - 1) % 12] || CASE WHEN i > 12 THEN ' ' || i ELSE '' END,
       CASE WHEN i % 5 <> 0 THEN E'Line one\nline two\twith a tab' END,
       CASE WHEN i > 12 THEN i - 12 END,
       CASE i % 3 WHEN 0 THEN '{}'::text[] WHEN 1 THEN ARRAY['alias ' || i, NULL, 'with "quotes"'] ELSE ARRAY[''] END,
       i % 7 <> 0,
       date '2019-12-25' + i * 61
FROM generate_series(1, 24) AS i;

CREATE TABLE "Product" (
    id integer PRIMARY KEY,
    sku sku NOT NULL UNIQUE,
    name varchar(80) NOT NULL,
    category smallint NOT NULL REFERENCES "Category",
    price price NOT NULL,
    stock bigint NOT NULL,
    weight real,
    rating double precision,
    tax_rate numeric,
    discontinued boolean,
    thumbnail bytea,
    tags text[],
    box_sizes integer[][],
    attributes jsonb,
    label json,
    season daterange,
    released date,
    sold_from time,
    warranty interval,
    barcode uuid NOT NULL,
    changed timestamp NOT NULL
);

INSERT INTO "Product"
SELECT i,
       chr(65 + i % 26) || chr(65 + i / 26 % 26) || 'X-' || to_char(i, 'FM00000'),
       'Product ' || i || CASE i % 4 WHEN 0 THEN ' "de luxe"' WHEN 1 THEN ' – größer' ELSE '' END,
       1 + i % 24,
       ROW(i * 1.25, CASE i % 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'USD' ELSE 'JPY' END)::price,
       CASE i % 50 WHEN 0 THEN 9223372036854775807 WHEN 1 THEN -9223372036854775808 WHEN 2 THEN 2147483648 ELSE i * 7 END,
       CASE i % 10 WHEN 0 THEN 'NaN'::real WHEN 1 THEN 1e-7::real WHEN 2 THEN NULL ELSE (i / 8.0)::real END,
       CASE i % 9 WHEN 0 THEN 'Infinity' WHEN 1 THEN '-Infinity' WHEN 2 THEN 'NaN' WHEN 3 THEN '-0' WHEN 4 THEN 1e300 WHEN 5 THEN 4.9e-324
                  ELSE i / 3.0 END::double precision,
       CASE i % 6 WHEN 0 THEN 0.19 WHEN 1 THEN 12345678901234567890.123456789 WHEN 2 THEN NULL ELSE i / 1000.0 END,
       CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END,
       CASE WHEN i % 4 <> 0 THEN decode(md5(i::text), 'hex') ELSE ''::bytea END,
       CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN ARRAY['new', NULL, 'sale, 50 %'] ELSE ARRAY['tag ' || i % 11] END,
       CASE i % 3 WHEN 0 THEN ARRAY[[i, i + 1], [NULL, i + 3]] WHEN 1 THEN '{}' ELSE ARRAY[[1, 2, 3]] END,
       jsonb_build_object('colour', (ARRAY['red', 'grün', '青'])[1 + i % 3], 'size', jsonb_build_object('width', i, 'height', i / 2.0),
                          '@meta', jsonb_build_object('@int', '5'), 'nothing', NULL, 'list', jsonb_build_array(1, NULL, 'x', true, 1e20)),
       CASE WHEN i % 2 = 0 THEN json_build_object('z', i, 'a', 'kept in this order') END,
       CASE i % 4 WHEN 0 THEN 'empty' WHEN 1 THEN daterange(date '2024-03-01', NULL) ELSE daterange(date '2024-03-01', date '2024-03-01' + i) END,
       date '2000-02-29' + i * 9,
       time '08:30:00' + i * interval '7.25 seconds',
       CASE i % 3 WHEN 0 THEN interval '1 year 2 mons 3 days 04:05:06.789' WHEN 1 THEN make_interval(months => i) END,
       md5('barcode ' || i)::uuid,
       timestamp '2024-01-02 03:04:05.123456' + i * interval '1 hour 0.000007 seconds'
FROM generate_series(1, 1000) AS i;

-- A document table: `data` is the document.
CREATE TABLE "Customer" (
    id bigint PRIMARY KEY,
    ts timestamptz NOT NULL,
    data jsonb NOT NULL
);

INSERT INTO "Customer"
SELECT 412000000000000000 + i * 128,
       timestamptz '2024-05-06 07:08:09.101112+00' + i * interval '11 minutes',
       jsonb_build_object(
           'name', (ARRAY['Zoë', 'Jürgen', 'Анна', '玲奈', 'O''Neil "Red"', E'Tab\tName'])[1 + i % 6] || ' ' || i,
           'email', 'customer' || i || '@example.com',
           'address', jsonb_build_object('street', 'Main Street ' || i % 97, 'city', (ARRAY['Łódź', 'São Paulo', 'Berlin'])[1 + i % 3],
                                         'geo', jsonb_build_array(i / 7.0, -i / 11.0)),
           'newsletter', i % 2 = 0,
           'points', i * 1000000::bigint,
           'tags', CASE WHEN i % 4 = 0 THEN '[]'::jsonb ELSE jsonb_build_array('regular', NULL, i) END,
           'note', CASE WHEN i % 3 = 0 THEN NULL ELSE E'Says: \\"hello\\" / <b>\u2028 \u0001 🙂' END,
           'birthday', jsonb_build_object('@date', '1980-02-29'))
       || CASE WHEN i % 10 = 0 THEN jsonb_build_object('id', 'CRM-' || i, 'data', jsonb_build_object('imported', true)) ELSE '{}' END
FROM generate_series(1, 1500) AS i;

CREATE TABLE "Order" (
    id bigint PRIMARY KEY,
    customer bigint NOT NULL REFERENCES "Customer",
    status order_status NOT NULL,
    placed timestamptz,
    deliver_on date,
    deliver_at time with time zone,
    lines jsonb NOT NULL,
    total numeric(14, 2) NOT NULL,
    gift boolean NOT NULL,
    message text,
    client inet,
    session uuid,
    parcels smallint[]
);

INSERT INTO "Order"
SELECT i,
       412000000000000000 + (1 + i * 17 % 1500) * 128,
       (enum_range(NULL::order_status))[1 + i % 5],
       CASE WHEN i % 5 <> 0 THEN timestamptz '2025-06-07 08:09:10.5+02' + i * interval '97 seconds' END,
       date '2025-06-10' + i % 60,
       CASE WHEN i % 2 = 0 THEN timetz '14:30:00+02' END,
       (SELECT jsonb_agg(jsonb_build_object('product', 1 + (i * 31 + line) % 1000, 'quantity', 1 + line % 4, 'unit', line * 1.5))
          FROM generate_series(1, 1 + i % 5) AS line),
       i * 3.49,
       i % 8 = 0,
       CASE i % 6 WHEN 0 THEN E'Ring twice,\r\nthen "wait"' WHEN 1 THEN E'bell: \x07, delete: \x7f, backslash: \\' WHEN 2 THEN '' END,
       CASE i % 3 WHEN 0 THEN '10.1.2.3'::inet WHEN 1 THEN '2001:db8::1/64'::inet END,
       md5('session ' || i / 3)::uuid,
       CASE WHEN i % 4 = 0 THEN ARRAY[1, NULL, 32767]::smallint[] END
FROM generate_series(1, 3000) AS i;

-- The child database us-std/shop/archive: no part of an export of us-std/shop.
CREATE SCHEMA archive;

CREATE TABLE archive."Customer" (
    id bigint PRIMARY KEY,
    ts timestamptz NOT NULL,
    data jsonb NOT NULL
);

INSERT INTO archive."Customer"
SELECT i, timestamptz '2015-01-01 00:00:00+00' + i * interval '1 day', jsonb_build_object('name', 'Former customer ' || i)
FROM generate_series(1, 120) AS i;

CREATE TABLE archive."Order" (
    id bigint PRIMARY KEY,
    customer bigint NOT NULL REFERENCES archive."Customer",
    total numeric(14, 2) NOT NULL
);

INSERT INTO archive."Order"
SELECT i, 1 + i % 120, i * 2.5
FROM generate_series(1, 400) AS i;

ANALYZE;
