package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.local.SampleShop;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A reader that is not ours finds in the files what the source has: DuckDB, by the names of the files and by the manifest, for every kind
 * of file and both formats of documents.
 */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class DuckDbReadsExportsTest {

    private static final int ROWS = 3_000;
    private static final List<String> SETUP = List.of(
            "drop table if exists \"Order\", \"Event\"",
            "create table \"Order\" (id int primary key, customer text, pieces int, total bigint, price numeric(12, 2), weight double precision, "
                    + "paid boolean, placed timestamptz, due date, tags text[], extra jsonb)",
            "insert into \"Order\" select i, E'caf\\u00e9 \"' || i || E'\" \\n\\t\\U0001F6D2 \\\\', i % 7 - 3, i * 3000017::bigint, i * 1.25, i * 0.125, "
                    + "nullif(i % 3, 2) = 1, timestamptz '2024-01-01T00:00:00Z' + i * interval '61.000001 s', date '2024-02-29' + i, "
                    + "array_fill('x'::text, array[i % 3]), "
                    + "jsonb_build_object('n', i, 'lines', jsonb_build_array(i, null, i % 10), 'note', repeat(chr(65 + i % 26), i % 300)) "
                    + "from generate_series(1, " + ROWS + ") i",
            "create table \"Event\" (id bigint primary key, ts timestamptz not null, data jsonb not null)",
            "insert into \"Event\" select i * 9000000001, timestamptz '2024-01-01T00:00:00.123456Z' + i * interval '1 s', "
                    + "jsonb_build_object('kind', 'k' || i % 5, 'n', i, 'at', jsonb_build_object('x', i * 0.5 + 0.25)) "
                    + "from generate_series(1, " + ROWS + ") i");

    private static final String ORDERS = "select count(*) as documents, count(distinct id) as ids, sum(pieces) as pieces, sum(total)::text as total, "
            + "sum(price) as price, sum(weight)::numeric(20, 3) as weight, "
            + "count(*) filter (where paid) as paid, count(*) filter (where not paid) as unpaid, "
            + "sum((extract(epoch from placed) * 1000000)::bigint)::text as placed, max(due) as due, "
            + "md5(string_agg(customer, '|' order by id)) as customers, sum(coalesce(array_length(tags, 1), 0)) as tags, "
            + "sum((extra->>'n')::int) as n, sum((extra->'lines'->>2)::int) as lines, md5(string_agg(extra->>'note', '|' order by id)) as notes "
            + "from \"Order\"";
    private static final String EVENTS = "select count(*) as documents, count(distinct id) as ids, sum(id)::text as id, "
            + "sum((extract(epoch from ts) * 1000000)::bigint)::text as ts, md5(string_agg(data->>'kind', '|' order by id)) as kinds, "
            + "sum((data->>'n')::int) as n, sum((data->'at'->>'x')::numeric)::numeric(20, 2) as x from \"Event\"";

    private static final String WHOLE = "select count(*) as documents, count(distinct id) as ids, sum(%s)::%s as sum from %s";
    private static final Map<String, String> SHOP_SUMS =
            Map.of("Category", "parent", "Customer", "(data->>'points')::int", "Order", "total", "Product", "(price).amount");

    TestSystem system;

    /** How a field's value is taken from a document of either format. */
    private record Fields(boolean tagged) {

        String of(String field, String... tags) {
            if (!tagged) {
                return field;
            }
            StringBuilder value = new StringBuilder("coalesce(");
            for (String tag : tags) {
                value.append(value.length() > 9 ? ", " : "").append(field).append(".\"@").append(tag).append('"');
            }
            return value.append(")").toString();
        }

        private String micros(String field) {
            return "sum(epoch_us(" + of(field, "time") + "::timestamptz))::varchar";
        }

        String orders(String files) {
            return "select count(*) as documents, count(distinct id) as ids, sum(" + of("pieces", "int") + "::int) as pieces, "
                    + "sum(" + of("total", "int", "long") + "::bigint)::varchar as total, "
                    + "sum(" + of("price", "double") + "::decimal(12, 2)) as price, "
                    + "sum(" + of("weight", "double") + "::double)::decimal(20, 3) as weight, "
                    + "count(*) filter (where paid) as paid, count(*) filter (where not paid) as unpaid, "
                    + micros("placed") + " as placed, max(" + of("due", "date") + "::date) as due, "
                    + "md5(string_agg(customer, '|' order by id::int)) as customers, sum(len(tags)) as tags, "
                    + "sum(" + of("extra.n", "int") + "::int) as n, sum(" + of("extra.lines[3]", "int") + "::int) as lines, "
                    + "md5(string_agg(extra.note, '|' order by id::int)) as notes from " + files;
        }

        String events(String files) {
            return "select count(*) as documents, count(distinct id) as ids, sum(id::bigint)::varchar as id, " + micros("ts") + " as ts, "
                    + "md5(string_agg(kind, '|' order by id::bigint)) as kinds, sum(" + of("n", "int") + "::int) as n, "
                    + "sum(" + of("\"at\".x", "double") + "::decimal(20, 2)) as x from " + files;
        }
    }

    private String export(String database, String documents, String datafiles, boolean compression, String path) {
        system.export(TestSystem.request(database, documents, path).put("datafile_format", datafiles).put("datafile_compression", compression));
        return datafiles + (compression ? ".gz" : "");
    }

    @ParameterizedTest
    @CsvSource({"simple,json,false", "simple,jsonl,false", "simple,json,true", "simple,jsonl,true",
        "tagged,json,false", "tagged,jsonl,false", "tagged,json,true", "tagged,jsonl,true"})
    void countsAndSumsAreThoseOfTheSource(String documents, String datafiles, boolean compression) throws SQLException {
        String path = "duckdb/sums/" + documents + "/" + datafiles + compression;
        system.createDatabase("duckdb_sums", SETUP.toArray(String[]::new));
        String extension = export("us-std/duckdb_sums", documents, datafiles, compression, path);
        Path export = system.inBucket(path);
        Fields fields = new Fields(documents.equals("tagged"));

        try (DuckDb duckDb = new DuckDb(); Connection source = system.connect("duckdb_sums"); Statement statement = source.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            String orders = DuckDb.row(statement, ORDERS);
            assertThat(orders).startsWith("documents=" + ROWS + "\nids=" + ROWS + "\n");
            assertThat(duckDb.row(fields.orders(DuckDb.glob(export, "Order", extension)))).isEqualTo(orders);
            assertThat(duckDb.row(fields.orders(duckDb.listed(system.inBucket(""), export, "Order")))).isEqualTo(orders);

            String events = DuckDb.row(statement, EVENTS);
            assertThat(duckDb.row(fields.events(DuckDb.glob(export, "Event", extension)))).isEqualTo(events);
            assertThat(duckDb.row(fields.events(duckDb.listed(system.inBucket(""), export, "Event")))).isEqualTo(events);
        }
        assertThat(system.files(path, "Order")).as("several files, which the glob and the manifest hold together").hasSizeGreaterThan(5);
    }

    @ParameterizedTest
    @CsvSource({"simple,json,false", "simple,jsonl,false", "simple,json,true", "simple,jsonl,true",
        "tagged,json,false", "tagged,jsonl,false", "tagged,json,true", "tagged,jsonl,true"})
    void everyCollectionOfTheShopIsReadWhole(String documents, String datafiles, boolean compression) throws SQLException {
        SampleShop shop = SampleShop.in(system.servers().postgres());
        String path = "duckdb/shop/" + documents + "/" + datafiles + compression;
        String extension = export(SampleShop.DATABASE, documents, datafiles, compression, path);
        Path export = system.inBucket(path);
        Fields fields = new Fields(documents.equals("tagged"));
        Map<String, String> sums = Map.of("Category", fields.of("parent", "int") + "::int", "Customer", fields.of("points", "int") + "::int",
                "Order", fields.of("total", "double") + "::decimal(20, 2)", "Product", fields.of("price.amount", "double") + "::decimal(20, 2)");

        Map<String, String> bySource = new TreeMap<>();
        Map<String, String> byGlob = new TreeMap<>();
        Map<String, String> byManifest = new TreeMap<>();
        try (DuckDb duckDb = new DuckDb(); Connection source = DriverManager.getConnection(shop.jdbcUrl());
                Statement statement = source.createStatement()) {
            for (JsonNode collection : system.manifest(path).get("collections")) {
                String name = collection.get("name").asText();
                bySource.put(name, DuckDb.row(statement, WHOLE.formatted(SHOP_SUMS.get(name), "text", '"' + name + '"')));
                byGlob.put(name, duckDb.row(WHOLE.formatted(sums.get(name), "varchar", DuckDb.glob(export, name, extension))));
                byManifest.put(name, duckDb.row(WHOLE.formatted(sums.get(name), "varchar", duckDb.listed(system.inBucket(""), export, name))));
            }
        }

        assertThat(bySource).containsOnlyKeys(shop.countsByCollection().keySet()).hasSameSizeAs(SHOP_SUMS);
        assertThat(byGlob).isEqualTo(bySource);
        assertThat(byManifest).isEqualTo(bySource);
    }
}
