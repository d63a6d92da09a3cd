package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportException;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.Snapshot;
import io.snapshotexport.source.SnapshotReader;
import io.snapshotexport.source.SourceCollection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may make tables or rows in a source may give them any name and any value. None of it is more than a name or a value. */
class HostileSourceTest {

    private static final List<String> NAMES = List.of(
            "x\"; DROP TABLE victim; --", "'; DROP TABLE victim; --", "x') TO PROGRAM 'id' --", "$$ || pg_sleep(9) || $$", "%s%n{}${x}",
            "\n2026-01-01 INFO forged", "\u001b[2J\u0007", "\\", "\\n", "\"", "'", "/../..", "..", " ", "\u202e\u2028", "--", "*/ /*", "?", ":x", "{fn now()}");

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Test
    void tablesColumnsKeysAndValuesOfAnyNameAreReadAsWhatTheyAre() throws Exception {
        List<String> statements = new ArrayList<>(List.of("CREATE TABLE victim (id int PRIMARY KEY)", "INSERT INTO victim VALUES (1)"));
        for (String name : NAMES) {
            statements.add("CREATE TABLE " + quoted(name) + " (" + quoted("k" + name) + " text PRIMARY KEY, " + quoted(name) + " text)");
            for (String value : NAMES) {
                statements.add("INSERT INTO " + quoted(name) + " VALUES (" + literal(value) + ", " + literal(value) + ")");
            }
        }
        SourceDatabase database = SourceDatabase.create().with("SET standard_conforming_strings = on").with(statements.toArray(String[]::new));
        ObjectMapper json = new ObjectMapper();

        try (Snapshot snapshot = database.snapshot(); SnapshotReader reader = snapshot.openReader(0)) {
            List<SourceCollection> collections = snapshot.collections(List.of());
            assertThat(collections).extracting(SourceCollection::name).containsAll(NAMES).hasSize(NAMES.size() + 1);
            for (String name : NAMES) {
                SourceCollection collection = snapshot.collections(List.of(name)).get(0);
                CollectedDocuments documents = new CollectedDocuments();
                // Cut, so that values of the key come back to the server as bounds.
                for (KeyRange range : snapshot.cut(collection, List.of(1L, 1L, 1L))) {
                    reader.read(collection, range, SIMPLE, documents);
                }
                List<String> values = new ArrayList<>();
                for (String document : documents.texts()) {
                    values.add(json.readTree(document).get(name).textValue());
                }
                assertThat(values).as(name).containsExactlyInAnyOrderElementsOf(NAMES);
            }
        }
        try (Connection connection = database.connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM victim")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(1);
        }
    }

    @Test
    void whatIsSaidOfThemIsOneLine() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE " + quoted("a\n2026 forged\u001b[2J") + " (x int)");

        try (Snapshot snapshot = database.snapshot()) {
            assertThatThrownBy(() -> snapshot.collections(List.of())).isInstanceOf(PermanentExportException.class)
                    .hasMessageContaining("`a\\n2026 forged\\u001b[2J`").hasMessageNotContainingAny("\n", "\u001b");
            assertThatThrownBy(() -> snapshot.collections(List.of("b\r\nforged"))).isInstanceOf(PermanentExportException.class)
                    .hasMessageContaining("`b\\r\\nforged`").hasMessageNotContainingAny("\n", "\r", "\u001b");
        }
    }

    /** A type's owner may give it a cast to text, which would run as the source's user and tell what others may not read. */
    @Test
    void castsOfTypesThatSomebodyHasMadeAreNotCalled() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE payroll (id int PRIMARY KEY, salary int)", "INSERT INTO payroll VALUES (1, 4711)",
                "CREATE TYPE span AS RANGE (subtype = int)", "CREATE DOMAIN stretch AS span", "CREATE TYPE pair AS (a span, b int4range)");
        for (String type : List.of("span", "pair", "span[]", "pair[]")) {
            database.with("CREATE FUNCTION steal(v " + type + ") RETURNS text LANGUAGE sql AS $$ SELECT salary::text FROM public.payroll $$",
                    "CREATE CAST (" + type + " AS text) WITH FUNCTION steal(" + type + ")");
        }
        String span = "'[1,3)'";
        String pair = "ROW(" + span + ", NULL)::pair";
        database.with("CREATE TABLE bait (id span PRIMARY KEY, d stretch, p pair, s span[], ps pair[], none span)",
                "INSERT INTO bait VALUES (" + span + ", " + span + ", " + pair + ", ARRAY[" + span + "]::span[], ARRAY[" + pair + "], NULL)",
                "CREATE TABLE keyed (id pair PRIMARY KEY)", "INSERT INTO keyed VALUES (" + pair + ")");

        assertThat(database.documents("bait", SIMPLE)).singleElement().asString().doesNotContain("4711").contains("\"id\":\"[1,3)\"")
                .contains("\"d\":\"[1,3)\"").contains("\"p\":{\"a\":\"[1,3)\"").contains("\"s\":[\"[1,3)\"]").doesNotContain("none");
        assertThat(database.documents("keyed", SIMPLE)).singleElement().asString().doesNotContain("4711");
    }

    /**
     * What the owner of a table can make run in the session of everybody who reads it, such as a function in an index, is PostgreSQL's
     * affair: it has the rights of the source's user. The transaction keeps it from writing.
     */
    @Test
    void codeOfATableThatRunsInTheSessionCannotWrite() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE victim (id int PRIMARY KEY)", "CREATE TABLE bait (id int PRIMARY KEY)",
                "INSERT INTO bait VALUES (1)", "CREATE FUNCTION strike() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
                "CREATE INDEX ON bait ((id + strike())) WHERE strike() = 1", """
                CREATE FUNCTION write() RETURNS void VOLATILE LANGUAGE plpgsql AS $$
                BEGIN
                    BEGIN SET TRANSACTION READ WRITE; EXCEPTION WHEN OTHERS THEN NULL; END;
                    BEGIN PERFORM set_config('transaction_read_only', 'off', false); EXCEPTION WHEN OTHERS THEN NULL; END;
                    INSERT INTO public.victim VALUES (1);
                END $$""", """
                CREATE OR REPLACE FUNCTION strike() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM public.write();
                    RETURN 1;
                END $$""");

        assertThatThrownBy(() -> database.documents("bait", SIMPLE)).isInstanceOf(ExportException.class).hasMessageContaining("read-only transaction");
        try (Connection connection = database.connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM victim")) {
            row.next();
            assertThat(row.getInt(1)).isZero();
        }
    }

    /** What follows a question mark in a JDBC URL are settings of the driver, some of which name classes to be loaded. */
    @ParameterizedTest
    @ValueSource(strings = {"?socketFactory=java.lang.Object", "x?user=postgres&password=x", "?loggerFile=/tmp/x&loggerLevel=TRACE", "x&sslmode=disable",
        "@evil.example", "x#y", "../postgres", "%3Fuser=x", "x;y", "'; DROP DATABASE postgres; --", "${jndi:ldap://127.0.0.1/x}", "-c log_statement=all"})
    void aDatabaseNameIsNoPartOfTheUrlButAName(String name) {
        String path = "us-std/" + name.replace("/", "%2F");

        assertThatThrownBy(() -> SourceDatabase.source().openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse(path)))
                .isInstanceOf(PermanentExportException.class).hasMessageStartingWith("Database `" + path + "` does not exist");
    }

    /** Drivers repeat in their errors the URLs that they were given. */
    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://127.0.0.1:x/?password=hunter2", "jdbc:other://u:hunter2@h/", "jdbc:postgresql://127.0.0.1:1/?user=u&password=hunter2",
        "jdbc:postgresql://[::/?password=hunter2", "jdbc:postgresql://127.0.0.1:1/?socketFactory=no.such.hunter2"})
    void aUrlAndThePasswordInItAreNotRepeated(String url) {
        var source = new PostgresSource(SourceDatabase.server(url, "u", "hunter2"));

        assertThatThrownBy(() -> source.openSnapshot(SourceDatabase.EXPORT, DatabasePath.parse("us-std/shop")))
                .isInstanceOf(ExportException.class).hasMessageNotContaining("hunter2").hasMessageNotContaining("127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource(DocumentFormat.class)
    void documentsNestedAsDeepAsPostgreSqlTakesThemAreReadWithoutRecursion(DocumentFormat format) throws Exception {
        int depth = 5_000;
        String nested = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE docs (id bigint PRIMARY KEY, ts timestamptz, data jsonb)",
                "CREATE TABLE rows (id int PRIMARY KEY, j json)",
                "INSERT INTO docs VALUES (1, now(), '" + nested + "')", "INSERT INTO rows VALUES (1, '" + nested + "')");
        JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(10 * depth).build()).build()).build();

        for (String collection : List.of("docs", "rows")) {
            List<String> documents = database.documents(collection, format);
            assertThat(documents).hasSize(1);
            int levels = 0;
            for (JsonNode node = json.readTree(documents.get(0)); node.isObject(); node = node.has("a") ? node.get("a") : node.path("j")) {
                levels += node.has("a") ? 1 : 0;
                if (format == DocumentFormat.TAGGED && node.has("@int")) {
                    break;
                }
            }
            assertThat(levels).as(collection).isEqualTo(depth);
        }
    }

    @Test
    void taggedDocumentsNestedAsDeepAreReadTheSameWay() throws Exception {
        int depth = 5_000;
        SourceDatabase database = SourceDatabase.create().with("CREATE TABLE docs (id bigint PRIMARY KEY, ts timestamptz, data json)",
                "INSERT INTO docs VALUES (1, now(), '" + "{\"a\":".repeat(depth) + "{\"@int\":\"1\"}" + "}".repeat(depth) + "')");

        assertThat(database.taggedDocuments("docs", SIMPLE)).singleElement().asString().contains("{\"a\":".repeat(depth - 1));
    }
}
