package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.SnapshotReader;
import io.snapshotexport.source.SourceCollection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyRangesTest {

    private static final int ROWS = 4000;
    private static final SourceDatabase TYPES = SourceDatabase.create();
    private static final List<Long> FOUR = List.of(1L, 1L, 1L, 1L);

    /** What each range holds, after a check that together they hold everything in order. */
    private static List<List<String>> cut(Snapshot snapshot, String table, List<Long> sizes) throws IOException {
        SourceCollection collection = snapshot.collections(List.of(table)).get(0);
        List<KeyRange> ranges = snapshot.cut(collection, sizes);
        assertThat(snapshot.cut(collection, sizes)).isEqualTo(ranges);
        List<List<String>> parts = new ArrayList<>();
        try (SnapshotReader reader = snapshot.openReader(1)) {
            for (KeyRange range : ranges) {
                CollectedDocuments documents = new CollectedDocuments();
                reader.read(collection, range, SIMPLE, documents);
                parts.add(documents.texts());
            }
        }
        assertThat(parts.stream().flatMap(List::stream)).containsExactlyElementsOf(SourceDatabase.read(snapshot, table, SIMPLE).texts());
        return parts;
    }

    private static List<List<String>> cut(SourceDatabase database, List<Long> sizes) throws IOException {
        try (Snapshot snapshot = database.snapshot()) {
            return cut(snapshot, "t", sizes);
        }
    }

    private static SourceDatabase keyed(String columns, String values) throws Exception {
        String key = Stream.of(columns.split(", ")).map(column -> column.split(" ")[0]).collect(Collectors.joining(", "));
        return TYPES.with("DROP TABLE IF EXISTS t CASCADE",
                "CREATE TABLE t (" + columns + ", filler text, PRIMARY KEY (" + key + "))",
                // inserted out of order
                "INSERT INTO t SELECT " + values + ", repeat('x', 200) FROM (SELECT i * 1237 % " + ROWS + " AS i FROM generate_series(1, "
                        + ROWS + ") i) s");
    }

    @BeforeAll
    static void createTypes() throws Exception {
        TYPES.with("CREATE EXTENSION citext", "CREATE SCHEMA elsewhere", "CREATE EXTENSION ltree SCHEMA elsewhere",
                "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE COLLATION german (provider = icu, locale = 'de-u-kn-true')",
                "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy', 'a')", "CREATE TYPE \"pa ir\" AS (a int, b text)",
                "CREATE DOMAIN few AS int CHECK (VALUE < 100000)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            k int                                      | i
            k smallint                                 | i - 2000
            k bigint                                   | (i::bigint - 1000) ^ 5
            k numeric                                  | CASE WHEN i = 3999 THEN 'NaN' ELSE i / 7.0 END
            k real                                     | CASE WHEN i = 3999 THEN 'NaN' ELSE i / 7.0 END
            k double precision                         | CASE WHEN i = 0 THEN '-infinity' ELSE exp(i / 10.0) END
            k text                                     | md5(i::text)
            k text                                     | concat('a''b\\ "ü😀', i)
            k text COLLATE "C"                         | i::text
            k text COLLATE german                      | concat('ä', i)
            k text COLLATE loose                       | concat(CASE i % 2 WHEN 0 THEN 'a' ELSE 'A' END, i)
            k varchar(12)                              | i::text
            k char(12)                                 | i::text
            k "char", l smallint                       | (33 + i % 50)::"char", i
            k name                                     | i::text
            k citext                                   | concat(CASE i % 2 WHEN 0 THEN 'a' ELSE 'A' END, i)
            k citext, l int                            | concat(CASE i % 2 WHEN 0 THEN 'a' ELSE 'A' END, i), i
            k elsewhere.ltree                          | concat('top.x', i)::elsewhere.ltree
            k uuid                                     | md5(i::text)::uuid
            k bytea                                    | sha256(i::text::bytea)
            k bit(14)                                  | i::bit(14)
            k date                                     | CASE WHEN i = 0 THEN '-infinity' ELSE date '2000-01-01' - 20 + i END
            k timestamp                                | timestamp '0001-01-01 BC' + i * interval '1.5 years 3 microseconds'
            k timestamptz                              | CASE WHEN i = 0 THEN 'infinity' ELSE timestamptz '1999-12-31 23:59Z' + i * interval '1us' END
            k timestamptz(0)                           | timestamptz '2020-01-01Z' + i * interval '1 hour'
            k time                                     | time '00:00' + i * interval '20.000001 s'
            k timetz                                   | timetz '00:00+02' + i * interval '20.000001 s'
            k interval                                 | i * interval '1 day 1 hour'
            k inet                                     | '10.0.0.0/8'::inet + i
            k cidr                                     | set_masklen('10.0.0.0/32'::cidr + i, 32)
            k macaddr                                  | concat('08002b:01', substr(to_hex(65536 + i), 2))::macaddr
            k money                                    | i::money
            k oid                                      | 4294967295 - i
            k int[]                                    | ARRAY[i % 10, i]
            k text[]                                   | ARRAY['a,"b', NULL, i::text]
            k int4range                                | int4range(i, i + 2)
            k "pa ir"                                  | ROW(i, 'a"b')::"pa ir"
            k few                                      | i
            k mood, l int                              | (enum_range(NULL::mood))[1 + i % 4], i
            k boolean, l int                           | i % 2 = 0, i
            k text COLLATE "C", l numeric, m timestamp | md5((i % 3)::text), i / 3.0, timestamp '2020-01-01' + i * interval '1s'
            l int, k citext                            | i, 'x'
            l int, k citext, m int                     | i % 7, concat('x', i), i
            """)
    void cutKeysOfEveryOrderedType(String columns, String values) throws Exception {
        List<List<String>> parts = cut(keyed(columns, values), FOUR);

        assertThat(parts).as(columns).hasSize(4).allSatisfy(part -> assertThat(part).hasSizeBetween(ROWS / 7, ROWS / 2));
    }

    @Test
    void areAsLargeAsTheyWereAskedFor() throws Exception {
        SourceDatabase database = keyed("k int", "i");

        assertThat(cut(database, List.of(10L, 1L, 5L)).stream().map(List::size)).containsExactly(2500, 250, 1250);
        assertThat(cut(database, List.of(7L)).stream().map(List::size)).containsExactly(ROWS);
    }

    @Test
    void areEvenInBytesWhereSomeRowsAreFat() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE t (k int PRIMARY KEY, v text)",
                "ALTER TABLE t ALTER v SET STORAGE EXTERNAL",
                "INSERT INTO t SELECT i, repeat('x', CASE WHEN i > 9900 THEN 100000 ELSE 1000 END) FROM generate_series(1, 10000) i");

        assertThat(cut(database, FOUR)).extracting(part -> part.stream().mapToLong(String::length).sum())
                .allSatisfy(bytes -> assertThat(bytes).isBetween(4_800_000L, 5_400_000L));
    }

    @Test
    void areFewerWhereOneRowIsWorthSeveral() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE t (k int PRIMARY KEY, v text)",
                "ALTER TABLE t ALTER v SET STORAGE EXTERNAL",
                "INSERT INTO t SELECT i, repeat('x', CASE WHEN i = 50 THEN 10000000 ELSE 1000 END) FROM generate_series(1, 100) i");

        assertThat(cut(database, FOUR).stream().map(List::size)).containsExactly(50, 50);
    }

    @Test
    void areFoundInASampleOfALargeTableWhateverItsStatisticsSay() throws Exception {
        // 9,100 pages, of which a quarter is read; the statistics know the empty table only. Keys with a gap, fewer at the end than at the beginning.
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE t (k bigint PRIMARY KEY, v text) WITH (autovacuum_enabled = off)",
                "ANALYZE t", "INSERT INTO t SELECT CASE WHEN i > 30000 THEN 1e15::bigint ELSE 0 END + i::bigint * i, repeat('x', 1000) "
                        + "FROM generate_series(1, 64000) i");
        List<List<String>> parts = cut(database, FOUR);

        assertThat(parts).hasSize(4).allSatisfy(part -> assertThat(part).hasSizeBetween(14_500, 17_500));
        database.with("ANALYZE t");
        assertThat(cut(database, FOUR)).extracting(List::size).containsExactlyElementsOf(parts.stream().map(List::size).toList());
    }

    @Test
    void staySoForOneSnapshotWhileTheTableGrows() throws Exception {
        SourceDatabase database = keyed("k int", "i * 2");
        try (Snapshot snapshot = database.snapshot()) {
            SourceCollection collection = snapshot.collections(List.of("t")).get(0);
            List<KeyRange> ranges = snapshot.cut(collection, FOUR);
            database.with("INSERT INTO t SELECT i * 2 + 1, 'x' FROM generate_series(1, 2000) i", "DELETE FROM t WHERE k < 100");

            assertThat(snapshot.cut(collection, FOUR)).isEqualTo(ranges);
            assertThat(cut(snapshot, "t", FOUR).stream().map(List::size)).containsExactly(1000, 1000, 1000, 1000);
        }
    }

    @Test
    void spanThePartitionsOfATable() throws Exception {
        SourceDatabase database = SourceDatabase.create().with(
                "CREATE TABLE t (k int, l int, v text, PRIMARY KEY (k, l)) PARTITION BY HASH (l)",
                "CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1) PARTITION BY RANGE (k)",
                "CREATE TABLE t1a PARTITION OF t1 FOR VALUES FROM (0) TO (100)", "CREATE TABLE t1b PARTITION OF t1 DEFAULT",
                "INSERT INTO t SELECT i / 10, i, repeat('x', 500) FROM generate_series(1, 4000) i");

        assertThat(cut(database, FOUR)).hasSize(4).allSatisfy(part -> assertThat(part).hasSizeBetween(995, 1005));
    }

    @Test
    void leaveOutTheRowsOfInheritanceChildren() throws Exception {
        SourceDatabase database = keyed("k int", "i").with("CREATE TABLE heir (PRIMARY KEY (k)) INHERITS (t)",
                "INSERT INTO heir SELECT i, 'x' FROM generate_series(5000, 50000) i");

        assertThat(cut(database, FOUR).stream().map(List::size)).containsExactly(1000, 1000, 1000, 1000);
    }

    @Test
    void ofAnEmptyTableIsOne() throws Exception {
        assertThat(cut(SourceDatabase.create().with("CREATE TABLE t (k int PRIMARY KEY)"), FOUR)).containsExactly(List.of());
    }

    @Test
    void areRangesOfThePrimaryKeysIndex() throws Exception {
        SourceDatabase database = keyed("k text COLLATE \"C\", l numeric, m varchar(9), n char(3)", "md5(i::text), i / 3.0, i::text, 'x'");
        try (Snapshot snapshot = database.snapshot(); Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            KeyRange middle = snapshot.cut(snapshot.collections(List.of("t")).get(0), List.of(1L, 1L, 1L)).get(1);
            String where = String.join(" AND ", KeyComparison.of(connection, "public", "t").conditions(middle));
            statement.execute("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off");
            List<String> plan = new ArrayList<>();
            ResultSet row = statement.executeQuery("EXPLAIN (COSTS OFF) SELECT * FROM ONLY t WHERE " + where + " ORDER BY k, l, m, n");
            while (row.next()) {
                plan.add(row.getString(1));
            }
            assertThat(plan).hasSize(2);
            assertThat(plan.get(0)).isEqualTo("Index Scan using t_pkey on t");
            assertThat(plan.get(1)).contains("Index Cond", "ROW(k, l, (m)::text, n) >= ROW(", "ROW(k, l, (m)::text, n) < ROW(");
        }
    }

    @Test
    void areDrawnFromThousandsOfPagesAtMost() {
        assertThat(percentage(0, 0)).isEqualTo(100);
        assertThat(percentage(2048, 0)).isEqualTo(100);
        assertThat(percentage(2049, 0)).isEqualTo(50);
        assertThat(percentage(4096, 100_000)).as("few rows, but large values").isEqualTo(100);
        for (long pages = 16_384; pages < 1L << 32; pages = pages * 7 / 5) {
            assertThat(pages * percentage(pages, 0) / 100).isBetween(2047.0, 4096.0);
        }
    }

    private static double percentage(long pages, long toastPages) {
        return KeySample.percentage(new TableSizes((pages + toastPages) * 8192, pages, true));
    }
}
