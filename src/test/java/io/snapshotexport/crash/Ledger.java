package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.snapshotexport.embedded.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The source: books in which every transaction is visible in every table, so that documents of two moments never fit together. One
 * transaction counts up, marks rows in every table with the count, moves money between accounts, and adds a line to the history.
 */
final class Ledger implements AutoCloseable {

    static final String DATABASE = "ledger";
    static final List<String> BOOKS = List.of("Account", "Counter", "History", "Mark");
    /** Large enough for several files and multipart uploads. */
    static final String BALLAST = "Ballast";

    /** Of which one document, the last, is none: an export of it fails when it has written others. */
    static final String BROKEN = "Broken";

    private static final int ACCOUNTS = 100;
    private static final int MARKS = 20;
    private static final int BALLAST_ROWS = 8_000;
    private static final long MONEY = 1_000L * ACCOUNTS;
    private static final long PAUSE_MILLIS = 20;
    private static final String SCHEMA = """
            CREATE TABLE "Counter" (id int PRIMARY KEY, n bigint NOT NULL);
            CREATE TABLE "Mark" (id int PRIMARY KEY, n bigint NOT NULL);
            CREATE TABLE "Account" (id int PRIMARY KEY, balance bigint NOT NULL, n bigint NOT NULL);
            CREATE TABLE "History" (id bigint PRIMARY KEY, amount bigint NOT NULL);
            CREATE TABLE "Ballast" (id int PRIMARY KEY, n bigint NOT NULL, text text NOT NULL);
            CREATE TABLE "Broken" (id int PRIMARY KEY, ts timestamptz NOT NULL, data jsonb NOT NULL);
            INSERT INTO "Broken" SELECT i, now(), jsonb_build_object('text', repeat(md5(i::text), 30)) FROM generate_series(1, 1000) i;
            INSERT INTO "Broken" VALUES (1001, now(), '"no object"');
            INSERT INTO "Counter" VALUES (1, 0);
            INSERT INTO "Mark" SELECT i, 0 FROM generate_series(1, %d) i;
            INSERT INTO "Account" SELECT i, 1000, 0 FROM generate_series(1, %d) i;
            INSERT INTO "Ballast" SELECT i, 0, repeat(md5(i::text), 90) FROM generate_series(1, %d) i;
            ANALYZE;
            CREATE FUNCTION tick() RETURNS bigint LANGUAGE plpgsql AS $$
            DECLARE
                now bigint;
                amount bigint := floor(random() * 100);
            BEGIN
                UPDATE "Counter" SET n = n + 1 RETURNING n INTO now;
                UPDATE "Account" SET balance = balance - amount, n = now WHERE id = now %% %2$d + 1;
                UPDATE "Account" SET balance = balance + amount, n = now WHERE id = (now + 7) %% %2$d + 1;
                INSERT INTO "History" VALUES (now, amount);
                UPDATE "Mark" SET n = now;
                UPDATE "Ballast" SET n = now WHERE id IN (1, %3$d);
                RETURN now;
            END $$""".formatted(MARKS, ACCOUNTS, BALLAST_ROWS);

    private final PostgresServer server;
    private final Thread writer = new Thread(this::write, "ledger");
    private final AtomicLong transactions = new AtomicLong();
    private volatile boolean closed;

    Ledger(PostgresServer server) {
        this.server = server;
        server.createDatabase(DATABASE);
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        writer.setDaemon(true);
        writer.start();
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(DATABASE) + "&ApplicationName=ledger&connectTimeout=5&socketTimeout=5");
    }

    /** Goes on whatever happens to the server. */
    private void write() {
        while (!closed) {
            try (Connection connection = connect(); Statement statement = connection.createStatement()) {
                while (!closed) {
                    statement.execute("SELECT tick()");
                    transactions.incrementAndGet();
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            } catch (SQLException serverIsAway) {
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10 * PAUSE_MILLIS));
    }

    long transactions() {
        return transactions.get();
    }

    /**
     * Whether documents are all of one moment.
     *
     * @param documents of each collection, in the order of the files
     */
    static void isOneSnapshot(String export, Map<String, List<JsonNode>> documents) {
        long now = documents.get("Counter").get(0).path("n").asLong();
        documents.forEach((collection, rows) -> {
            switch (collection) {
                case "Counter" -> assertThat(rows).as(export).hasSize(1);
                case "Mark" -> assertThat(rows).as(export).hasSize(MARKS).allSatisfy(row -> assertThat(row.path("n").asLong()).isEqualTo(now));
                case "Account" -> {
                    assertThat(rows).as(export).hasSize(ACCOUNTS);
                    assertThat(rows.stream().mapToLong(row -> row.path("balance").asLong()).sum()).as("money of " + export).isEqualTo(MONEY);
                    assertThat(rows.stream().mapToLong(row -> row.path("n").asLong()).max().orElse(-1)).as("moment of " + export).isEqualTo(now);
                }
                case "History" -> {
                    assertThat(rows).as("history of " + export).hasSize((int) now);
                    assertThat(rows.stream().mapToLong(row -> row.path("id").asLong()).distinct().count()).as(export).isEqualTo(now);
                    assertThat(rows.stream().mapToLong(row -> row.path("id").asLong()).max().orElse(0)).as(export).isEqualTo(now);
                }
                case BALLAST -> {
                    assertThat(rows).as(export).hasSize(BALLAST_ROWS);
                    assertThat(rows).as(export).filteredOn(row -> row.path("id").asInt() == 1 || row.path("id").asInt() == BALLAST_ROWS)
                            .hasSize(2).allSatisfy(row -> assertThat(row.path("n").asLong()).isEqualTo(now));
                    assertThat(rows.stream().map(row -> row.path("id").asText()).distinct().count()).as(export).isEqualTo(BALLAST_ROWS);
                }
                default -> throw new AssertionError(export + " has a collection that the source does not have: " + collection);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        writer.interrupt();
    }
}
