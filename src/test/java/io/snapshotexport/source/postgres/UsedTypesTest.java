package io.snapshotexport.source.postgres;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.snapshotexport.export.TransientExportException;
import io.snapshotexport.source.Snapshot;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types that change while their values are read. */
class UsedTypesTest {

    private static SourceDatabase database() throws SQLException {
        return SourceDatabase.create().with("CREATE TYPE town AS (name text, code text)", "CREATE TYPE place AS (street text, towns town[])",
                "CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE DOMAIN good_mood AS mood CHECK (value <> 'sad')",
                "CREATE TYPE moods AS RANGE (subtype = mood)", "CREATE TYPE size AS ENUM ('s', 'm')", "CREATE TYPE unused AS (a int, b int)",
                "CREATE TABLE a (id int PRIMARY KEY, at place, how good_mood[], spread moods, size size)",
                "INSERT INTO a VALUES (1, ROW('s', ARRAY[ROW('t', 'c')::town]), '{ok}', '[sad,ok]', 'm')");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "place: ALTER TYPE place DROP ATTRIBUTE street, ADD ATTRIBUTE avenue text",
        "town: ALTER TYPE town DROP ATTRIBUTE code, ADD ATTRIBUTE code text",
        "mood: ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
        "mood: ALTER TYPE mood RENAME VALUE 'ok' TO 'x'; ALTER TYPE mood RENAME VALUE 'sad' TO 'ok'; ALTER TYPE mood RENAME VALUE 'x' TO 'sad'",
        "size: ALTER TYPE size RENAME VALUE 's' TO 'xs'"})
    void loseSomethingThatTheSnapshotHas(String change) throws Exception {
        SourceDatabase database = database();
        try (Snapshot snapshot = database.snapshot()) {
            snapshot.collections(List.of());

            database.with(change.substring(change.indexOf(' ')));

            assertThatThrownBy(snapshot::confirm).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("the type `" + change.substring(0, change.indexOf(':')) + "` changed");
        }
    }

    @Test
    void mayGetMoreAndOtherNamesAndOtherTypesMayDoWhatTheyLike() throws Exception {
        SourceDatabase database = database();
        try (Snapshot snapshot = database.snapshot()) {
            snapshot.collections(List.of());

            database.with("ALTER TYPE mood ADD VALUE 'happy' BEFORE 'ok'", "ALTER TYPE place ADD ATTRIBUTE number int",
                    "ALTER TYPE size RENAME TO magnitude", "ALTER TYPE town RENAME ATTRIBUTE code TO zip", "ALTER TYPE unused DROP ATTRIBUTE a");

            assertThatCode(snapshot::confirm).doesNotThrowAnyException();
        }
    }

    /** Whoever is given as many connections as there are lanes, and one, can export everything. */
    @Test
    void needNoConnectionOfTheirOwnAndEndTheSnapshot() throws Exception {
        SourceDatabase database = database();
        try (Snapshot snapshot = database.snapshot()) {
            snapshot.collections(List.of());
            database.with("ALTER DATABASE " + database.name() + " CONNECTION LIMIT 0");
            assertThat(sessions(database)).containsExactly("snapshot idle in transaction");

            snapshot.confirm();

            await().untilAsserted(() -> assertThat(sessions(database)).containsExactly("snapshot idle"));
        }
    }

    private static List<String> sessions(SourceDatabase database) throws SQLException {
        try (Connection connection = database.connect(); Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT application_name, state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")) {
            List<String> sessions = new ArrayList<>();
            while (row.next()) {
                sessions.add(row.getString(1).replaceAll(".* ", "") + " " + row.getString(2));
            }
            return sessions;
        }
    }

    @Test
    void noticesACompositeTypeThatLosesAnAttribute() throws Exception {
        SourceDatabase database = SourceDatabase.create().with("CREATE TYPE place AS (street text, town text)",
                "CREATE TABLE a (id int PRIMARY KEY, at place)", "INSERT INTO a VALUES (1, ROW('s', 't'))");
        try (Snapshot snapshot = database.snapshot()) {
            snapshot.collections(List.of());
            database.with("ALTER TYPE place DROP ATTRIBUTE street");
            assertThatThrownBy(() -> SourceDatabase.read(snapshot, "a", SIMPLE)).isInstanceOf(TransientExportException.class)
                    .hasMessageContaining("composite type");
        }
        assertThat(database.documents("a", SIMPLE)).singleElement().asString().contains("\"at\":{\"town\":\"t\"}");
    }
}
