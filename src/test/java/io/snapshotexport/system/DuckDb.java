package io.snapshotexport.system;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBDriver;

/** A DuckDB in this process, with what is linked into it and nothing that it would have to download. */
final class DuckDb implements AutoCloseable {

    private final Connection connection;

    DuckDb() {
        try {
            connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
            execute("set autoinstall_known_extensions = false");
            execute("set autoload_known_extensions = false");
            execute("set memory_limit = '512MB'");
            execute("set threads = 2");
            execute("set timezone = 'UTC'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The single row of the query, its values as text. */
    String row(String sql) {
        try (Statement statement = connection.createStatement()) {
            return row(statement, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The single row of a query, whatever the database, its values as text. */
    static String row(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            StringBuilder row = new StringBuilder();
            result.next();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                row.append(result.getMetaData().getColumnLabel(column)).append('=').append(result.getString(column)).append('\n');
            }
            return row.toString();
        }
    }

    /** A table function over the files of the collection that lie in its directory. */
    static String glob(Path export, String collection, String extension) {
        return read("'" + export.resolve("collections").resolve(collection) + "/*." + extension + "'");
    }

    /** A table function over the files of the collection that the manifest lists, which DuckDB reads as well. */
    String listed(Path bucket, Path export, String collection) {
        execute("set variable files = (select list('" + bucket + "/' || object_key order by object_key)"
                + " from (select unnest(object_keys) as object_key from read_json('" + export.resolve("manifest.json") + "'))"
                + " where contains(object_key, '/collections/" + collection + "/'))");
        return read("getvariable('files')");
    }

    private static String read(String files) {
        // The whole of every file decides about the types, not a sample.
        return "read_json(" + files + ", sample_size = -1)";
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
