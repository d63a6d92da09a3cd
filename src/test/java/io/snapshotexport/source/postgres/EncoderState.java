package io.snapshotexport.source.postgres;

import io.snapshotexport.bench.BenchTables;
import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.format.JsonOutput;
import io.snapshotexport.format.StoredDocuments;
import io.snapshotexport.format.ValueWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.postgresql.PGConnection;

/** Some rows of a table of the benchmark, as a real server sends them, and the encoder that an export makes for that table. */
@State(Scope.Thread)
public class EncoderState {

    private static final int ROWS = 2_000;
    private static final String DATABASE = "encoder";

    @Param({"Order", "OrderEvent", "Customer", "Product", "Wide"})
    public String table;

    @Param({"SIMPLE", "TAGGED"})
    public DocumentFormat format;

    private record Row(byte[] message, int at) {
    }

    private final List<Row> rows = new ArrayList<>();
    private final JsonOutput output = new JsonOutput(OutputStream.nullOutputStream());
    private DocumentEncoder encoder;

    @Setup(Level.Trial)
    public void readRows() throws SQLException, IOException {
        try (PostgresServer server = PostgresServer.start()) {
            BenchTables.make(server, DATABASE);
            try (Connection connection = DriverManager.getConnection(server.jdbcUrl(DATABASE))) {
                Table definition = Table.find(connection, "public", table).orElseThrow();
                BinaryDecoders decoders = new BinaryDecoders(format);
                ColumnTypes types = new ColumnTypes(connection, decoders);
                DocumentId id = new DocumentId(definition.key(), types, decoders);
                encoder = definition.isDocumentTable()
                        ? new DocumentTableEncoder(definition, PostgresDatabase.of(DatabasePath.parse("us-std/" + DATABASE), StoredDocuments.PLAIN), table,
                                Instant.EPOCH, id, format)
                        : new RelationalEncoder(definition, table, Instant.EPOCH, id, types, new ValueWriter(format));
                CopyRows copy = new CopyRows(connection.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY (SELECT "
                        + String.join(", ", encoder.selected()) + " FROM \"" + table + "\" t LIMIT " + ROWS + ") TO STDOUT (FORMAT binary)"),
                        encoder.selected().size());
                while (copy.next()) {
                    rows.add(new Row(copy.row().clone(), copy.at()));
                }
            }
        }
        long bytes = encodeAll();
        System.out.printf("%n%s, %s: %d rows, %d bytes of JSON%n", table, format, rows.size(), bytes);
    }

    /** @return the bytes of JSON so far */
    long encodeAll() throws IOException {
        for (Row row : rows) {
            encoder.encode(row.message(), row.at(), output);
        }
        return output.written();
    }
}
