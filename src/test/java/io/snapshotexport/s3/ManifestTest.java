package io.snapshotexport.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.export.DatafileFormat;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestTest {

    private static final Instant SNAPSHOT = Instant.parse("2099-01-10T17:35:38Z");

    @Test
    void theJsonIsWrittenToTheByteInTheDocumentedOrder() {
        Manifest manifest = new Manifest(new ExportId(123456789), SNAPSHOT.plusNanos(97_961_999), Datafiles.DEFAULT, DocumentFormat.TAGGED,
                List.of(new Manifest.DataFile(new UploadedObject("p/collections/b%20\"é/b_00_000000.json", 20, "AAAAAA==", "e2"), 2),
                        new Manifest.DataFile(
                                new UploadedObject("p/collections/Category/Category_00_000000.json", 5_000_000_000L,
                                        "yZRlqg==", "e1-3"), 7)),
                List.of(new Manifest.Collection("Category", 7, 5_000_000_000L, 1), new Manifest.Collection("b \u00e9", 2, 20, 1),
                        new Manifest.Collection("Empty", 0, 0, 0)),
                Map.of("lsn", "0/16B3748", "timeline", "1"));

        assertThat(json(manifest)).isEqualTo("{\"export_id\":\"123456789\",\"snapshot_ts\":\"2099-01-10T17:35:38.097961Z\","
                + "\"datafile_compression\":false,\"datafile_format\":\"json\",\"document_format\":\"tagged\",\"object_count\":2,"
                + "\"object_keys\":[\"p/collections/Category/Category_00_000000.json\",\"p/collections/b%20\\\"é/b_00_000000.json\"],"
                + "\"objects\":[{\"key\":\"p/collections/Category/Category_00_000000.json\",\"documents\":7,\"bytes\":5000000000,"
                + "\"crc32c\":\"yZRlqg==\",\"etag\":\"e1-3\"},"
                + "{\"key\":\"p/collections/b%20\\\"é/b_00_000000.json\",\"documents\":2,\"bytes\":20,"
                + "\"crc32c\":\"AAAAAA==\",\"etag\":\"e2\"}],"
                + "\"collections\":[{\"name\":\"Category\",\"documents\":7,\"bytes\":5000000000,\"files\":1},"
                + "{\"name\":\"b%20%C3%A9\",\"documents\":2,\"bytes\":20,\"files\":1},"
                + "{\"name\":\"Empty\",\"documents\":0,\"bytes\":0,\"files\":0}],"
                + "\"source\":{\"lsn\":\"0/16B3748\",\"timeline\":\"1\"}}");
    }

    @Test
    void anExportWithoutDocumentsHasEmptyLists() {
        Manifest manifest = new Manifest(new ExportId(1), SNAPSHOT, new Datafiles(DatafileFormat.JSONL, true), DocumentFormat.SIMPLE, List.of(), List.of(), Map.of());

        assertThat(json(manifest)).isEqualTo("{\"export_id\":\"1\",\"snapshot_ts\":\"2099-01-10T17:35:38.000000Z\","
                + "\"datafile_compression\":true,\"datafile_format\":\"jsonl\",\"document_format\":\"simple\",\"object_count\":0,"
                + "\"object_keys\":[],\"objects\":[],\"collections\":[],\"source\":{}}");
    }

    private static String json(Manifest manifest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        manifest.writeTo(out);
        return out.toString(UTF_8);
    }
}
