package io.snapshotexport.local;

import io.snapshotexport.embedded.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sample database {@code us-std/shop}: some thousand documents that use every kind of value ({@code sample-shop.sql}), and a child
 * database {@code us-std/shop/archive}.
 */
public final class SampleShop {

    /** How an export request names it. */
    public static final String DATABASE = "us-std/shop";
    private static final String POSTGRES_DATABASE = "shop";
    private static final String SCRIPT = "sample-shop.sql";

    private final String jdbcUrl;

    private SampleShop(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    /** Creates it in the server unless it is there already. */
    public static SampleShop in(PostgresServer server) {
        server.createDatabase(POSTGRES_DATABASE);
        SampleShop shop = new SampleShop(server.jdbcUrl(POSTGRES_DATABASE));
        shop.createTables();
        return shop;
    }

    /** With user and password. */
    public String jdbcUrl() {
        return jdbcUrl;
    }

    private void createTables() {
        try (Connection connection = DriverManager.getConnection(jdbcUrl); Statement statement = connection.createStatement()) {
            if (collections(statement).isEmpty()) {
                connection.setAutoCommit(false);
                statement.execute(script());
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the sample database cannot be created", e);
        }
    }

    /** The number of rows of each table right now, by name. Child databases are not counted. */
    public SortedMap<String, Long> countsByCollection() {
        SortedMap<String, Long> counts = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(jdbcUrl); Statement statement = connection.createStatement()) {
            for (String collection : collections(statement)) {
                try (ResultSet result = statement.executeQuery("SELECT count(*) FROM public.\"" + collection.replace("\"", "\"\"") + "\"")) {
                    result.next();
                    counts.put(collection, result.getLong(1));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the sample database cannot be read", e);
        }
        return counts;
    }

    private static List<String> collections(Statement statement) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet result = statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
            while (result.next()) {
                names.add(result.getString(1));
            }
        }
        return names;
    }

    private static String script() {
        try (InputStream script = SampleShop.class.getResourceAsStream(SCRIPT)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
