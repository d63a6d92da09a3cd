package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static io.snapshotexport.export.DocumentFormat.TAGGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.format.FaunaExport;
import io.snapshotexport.format.GeneratedDocuments;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaggedDocumentTableTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DOCUMENTS = 500;
    private static SourceDatabase database;

    @BeforeAll
    static void createDatabase() throws SQLException {
        database = SourceDatabase.create();
    }

    @ParameterizedTest
    @MethodSource
    void writesTheDocumentsOfARecordedExportByteForByteAsFaunaDbDid(FaunaExport recorded) throws Exception {
        load(recorded, "json");
        assertThat(recorded.fileOf(database.taggedDocuments(recorded.collection(), TAGGED))).isEqualTo(recorded.content());
        List<String> simple = database.taggedDocuments(recorded.collection(), SIMPLE);
        assertThat(recorded.simple()).allSatisfy(file -> assertThat(file.fileOf(simple)).isEqualTo(file.content()));
    }

    static Stream<FaunaExport> writesTheDocumentsOfARecordedExportByteForByteAsFaunaDbDid() throws IOException {
        return FaunaExport.tagged();
    }

    /** This collection was recorded in the simple format only; its numbers are Ints where they have no tag. */
    @Test
    void takesNumbersWithoutTagsForWhatTheyAreInPlainJson() throws Exception {
        FaunaExport recorded = FaunaExport.named("07_Wide.simple.jsonl");
        load(recorded, "json");
        assertThat(recorded.fileOf(database.taggedDocuments("Wide", SIMPLE))).isEqualTo(recorded.content());
        assertThat(database.taggedDocuments("Wide", TAGGED).get(1)).endsWith(",\"o\":{\"@int\":\"3\"},\"n\":{\"@int\":\"4\"},"
                + "\"m\":{\"@int\":\"5\"},\"l\":{\"@int\":\"6\"}},\"b\":{\"@int\":\"2\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"05_Category.tagged.json", "07_Edge.tagged.jsonl", "15_Legacy.tagged.jsonl", "18_Holder.tagged.jsonl"})
    void hasTheSameFieldsInAnotherOrderWhereDataIsJsonb(String file) throws Exception {
        FaunaExport recorded = FaunaExport.named(file);
        load(recorded, "jsonb");
        List<String> documents = database.taggedDocuments(recorded.collection(), TAGGED);
        assertThat(JSON.readTree("[" + String.join(",", documents) + "]"))
                .isEqualTo(JSON.readTree(recorded.content().startsWith("[") ? recorded.content()
                        : "[" + recorded.content().strip().replace("\n", ",") + "]"));
    }

    @Test
    void cannotBeLoadedIntoJsonbWithACharacterThatPostgreSqlDoesNotHave() {
        assertThatThrownBy(() -> load(FaunaExport.named("05_Product.tagged.json"), "jsonb")).hasMessageContaining("\\u0000");
    }

    private static void load(FaunaExport recorded, String typeOfData) throws SQLException {
        try (Connection connection = database.connect()) {
            recorded.loadInto(connection, typeOfData);
        }
    }

    @Test
    void writesGeneratedDocumentsInTheirStandardForm() throws Exception {
        long seed = Long.getLong("snapshot-export.seed", new Random().nextLong());
        GeneratedDocuments generated = new GeneratedDocuments(seed);
        List<GeneratedDocuments.Value> documents = Stream.generate(generated::document).limit(DOCUMENTS).toList();
        store("generated", documents.stream().map(GeneratedDocuments.Value::stored).toList());
        List<String> tagged = fields(database.taggedDocuments("generated", TAGGED));
        List<String> simple = fields(database.taggedDocuments("generated", SIMPLE));
        assertThat(tagged).hasSize(DOCUMENTS).hasSameSizeAs(simple);
        for (int i = 0; i < DOCUMENTS; i++) {
            assertThat(tagged.get(i)).as("seed %d, document %d", seed, i).isEqualTo(documents.get(i).tagged());
            assertThat(simple.get(i)).as("seed %d, document %d", seed, i).isEqualTo(documents.get(i).simple());
        }
    }

    /** What was plain and was exported tagged is loaded as tagged, and is exported as if it were still plain. */
    @Test
    void isTheInverseOfATaggedExportOfPlainDocuments() throws Exception {
        long seed = Long.getLong("snapshot-export.seed", new Random().nextLong());
        GeneratedDocuments generated = new GeneratedDocuments(seed);
        store("copies", Stream.generate(generated::document).limit(DOCUMENTS).map(document -> object(document.simple())).toList());
        List<String> tagged = database.documents("copies", TAGGED);
        List<String> simple = database.documents("copies", SIMPLE);

        store("copies", fields(tagged).stream().map(TaggedDocumentTableTest::object).toList());
        assertThat(database.taggedDocuments("copies", TAGGED)).as("seed %d", seed).isEqualTo(tagged);
        assertThat(database.taggedDocuments("copies", SIMPLE)).as("seed %d", seed).isEqualTo(simple);
    }

    private static void store(String table, List<String> documents) throws SQLException {
        database.with("DROP TABLE IF EXISTS " + table, "CREATE TABLE " + table + " (id int PRIMARY KEY, ts timestamptz, data json)");
        try (Connection connection = database.connect();
                PreparedStatement row = connection.prepareStatement("INSERT INTO " + table + " VALUES (?, '2026-01-01Z', ?::json)")) {
            for (int i = 0; i < documents.size(); i++) {
                row.setInt(1, i);
                row.setString(2, documents.get(i));
                row.addBatch();
            }
            row.executeBatch();
        }
    }

    private static List<String> fields(List<String> documents) {
        List<String> fields = new ArrayList<>();
        IntStream.range(0, documents.size()).forEach(i -> {
            String begin = documents.get(i).replaceAll("(?s)^(.*?\"ts\":(?:\"[^\"]*\"|\\{[^}]*})).*", "$1");
            assertThat(begin).startsWith("{\"id\":\"" + i + "\",");
            fields.add(documents.get(i).substring(begin.length(), documents.get(i).length() - 1));
        });
        return fields;
    }

    private static String object(String fields) {
        return "{" + (fields.isEmpty() ? "" : fields.substring(1)) + "}";
    }

    @Test
    void failsForGoodWhereAValueIsMalformed() throws Exception {
        store("wrong", List.of("{}", "{\"a\": [{\"b\": {\"@int\": \"seven\"}}]}"));
        for (var format : List.of(SIMPLE, TAGGED)) {
            assertThatThrownBy(() -> database.taggedDocuments("wrong", format)).isInstanceOf(PermanentExportException.class)
                    .hasMessage("Collection `wrong` of database `us-std/" + database.name() + "` cannot be exported: in the document `1`,"
                            + " the field `a[0].b` with the value `{\"@int\": \"seven\"}` is not a whole number of 32 bits;"
                            + " mend that document, whose `data` has to be in the tagged format.");
        }
    }

    @Test
    void leavesTheJsonOfOtherTablesPlain() throws Exception {
        database.with("CREATE TABLE rows (id int PRIMARY KEY, v jsonb)", "INSERT INTO rows VALUES (1, '{\"@int\": \"5\"}')");
        assertThat(database.taggedDocuments("rows", TAGGED).get(0)).endsWith(",\"v\":{\"@object\":{\"@int\":\"5\"}}}");
    }
}
