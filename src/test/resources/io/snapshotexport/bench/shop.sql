-- A shop: of each 100 documents 65 are orders, 20 events of orders as documents in JSON, 10 customers, and 5 products.
-- Unlogged, because nothing here needs to outlive a crash.
CREATE UNLOGGED TABLE "Order" (
    id bigint PRIMARY KEY,
    "customerId" uuid NOT NULL,
    status text NOT NULL,
    currency text NOT NULL,
    total numeric(12, 2) NOT NULL,
    paid boolean NOT NULL,
    "createdAt" timestamptz NOT NULL,
    "deliverOn" date,
    discount double precision,
    "shippingAddress" text NOT NULL,
    note text,
    lines jsonb NOT NULL
);
CREATE UNLOGGED TABLE "OrderEvent" (id bigint PRIMARY KEY, ts timestamptz NOT NULL, data jsonb NOT NULL);
CREATE UNLOGGED TABLE "Customer" (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    phone text,
    "memberSince" date NOT NULL,
    tags text[] NOT NULL,
    points integer NOT NULL,
    address jsonb NOT NULL
);
CREATE UNLOGGED TABLE "Product" (
    sku text PRIMARY KEY,
    title text NOT NULL,
    description text NOT NULL,
    price numeric(10, 2) NOT NULL,
    stock integer NOT NULL,
    weight real,
    "updatedAt" timestamptz NOT NULL
);

CREATE FUNCTION bench.grow_shop(after bigint, upto bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "Order"
    SELECT i, md5((i % 100000)::text)::uuid, (ARRAY['new', 'paid', 'packed', 'sent', 'delivered', 'returned'])[1 + i % 6], 'EUR',
        (i % 100000) * 1.37 + 4.99, i % 6 > 0, timestamptz '2020-01-01 00:00:00Z' + i * interval '37.123457 s',
        CASE WHEN i % 3 > 0 THEN date '2020-01-02' + (i % 2000)::int END, CASE WHEN i % 7 = 0 THEN (i % 30) / 100.0 END,
        (i % 300) || ' Main Street' || chr(10) || 'Springfield ' || (10000 + i % 89999),
        CASE WHEN i % 4 = 0 THEN 'Leave it "at the door" of no. ' || i || ', naïve as that is' END,
        jsonb_build_array(
            jsonb_build_object('sku', 'sku-' || i % 10007, 'quantity', 1 + i % 5, 'price', (i % 9973) / 100.0, 'gift', i % 11 = 0),
            jsonb_build_object('sku', 'sku-' || i % 10009, 'quantity', 1 + i % 3, 'price', (i % 7919) / 100.0, 'gift', false))
    FROM generate_series(after * 65 / 100 + 1, upto * 65 / 100) i;

    INSERT INTO "OrderEvent"
    SELECT i, timestamptz '2020-01-01 00:00:00Z' + i * interval '91.7 s',
        jsonb_build_object('order', i * 3, 'kind', (ARRAY['created', 'paid', 'sent'])[1 + i % 3], 'source', 'checkout',
            'amount', (i % 100000) / 100.0, 'session', md5(i::text), 'agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
            'changes', jsonb_build_object('from', i % 6, 'to', (i + 1) % 6, 'by', jsonb_build_array('clerk', i % 97)))
    FROM generate_series(after * 20 / 100 + 1, upto * 20 / 100) i;

    INSERT INTO "Customer"
    SELECT md5(i::text)::uuid, 'Customer ' || md5((i * 7)::text), 'customer' || i || '@example.com',
        CASE WHEN i % 2 = 0 THEN '+49 30 ' || (1000000 + i) END, date '2012-01-01' + (i % 4000)::int,
        ARRAY['retail', 'tier-' || i % 4, 'Größe ' || i % 9], (i % 5000)::int,
        jsonb_build_object('street', (i % 300) || ' Main Street', 'city', 'Springfield', 'country', 'DE', 'geo', jsonb_build_array(i % 90, i % 180))
    FROM generate_series(after * 10 / 100 + 1, upto * 10 / 100) i;

    INSERT INTO "Product"
    SELECT 'sku-' || i, 'Product ' || i || ' in ' || (ARRAY['red', 'green', 'blue'])[1 + i % 3], repeat(md5(i::text) || ' ', 12),
        (i % 100000) / 100.0, (i % 500)::int, (i % 1000) / 8.0::real, timestamptz '2021-06-01 00:00:00Z' + i * interval '1 min'
    FROM generate_series(after * 5 / 100 + 1, upto * 5 / 100) i;
END $$;
