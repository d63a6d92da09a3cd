package io.snapshotexport.s3;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an export has written: section 3 of the file format. Written last, its presence means that the export is complete.
 *
 * @param exportId    the export
 * @param snapshotTs  the point in time that the files show; written to the microsecond
 * @param datafiles   what the collection files are
 * @param format      how values are written
 * @param files       every collection file, in any order
 * @param collections every collection of the export, those without documents included
 * @param source      what a change stream needs to continue at the snapshot, such as {@code lsn}
 */
public record Manifest(ExportId exportId, Instant snapshotTs, Datafiles datafiles, DocumentFormat format, List<DataFile> files,
                       List<Collection> collections, Map<String, String> source) {

    private static final JsonFactory JSON = JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** A collection file and the number of documents in it. */
    public record DataFile(UploadedObject object, long documents) {
    }

    /**
     * The sums of a collection.
     *
     * @param name  as the source has it; written as it stands in the keys
     * @param bytes the size of its files
     * @param files how many it has
     */
    public record Collection(String name, long documents, long bytes, long files) {

        /** The sums of two parts of it. */
        public Collection plus(Collection other) {
            return new Collection(name, documents + other.documents, bytes + other.bytes, files + other.files);
        }
    }

    public Manifest {
        files = files.stream().sorted(Comparator.comparing(file -> file.object().key())).toList();
        collections = List.copyOf(collections);
        source = new TreeMap<>(source);
    }

    /** Writes the JSON without any white space; does not close the stream. */
    void writeTo(OutputStream out) {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("export_id", exportId.toString());
            json.writeStringField("snapshot_ts", MICROSECONDS.format(snapshotTs));
            json.writeBooleanField("datafile_compression", datafiles.compression());
            json.writeStringField("datafile_format", datafiles.format().wireName());
            json.writeStringField("document_format", format.wireName());
            json.writeNumberField("object_count", files.size());
            json.writeArrayFieldStart("object_keys");
            for (DataFile file : files) {
                json.writeString(file.object().key());
            }
            json.writeEndArray();
            writeAdditions(json);
            json.writeEndObject();
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException(cannotWrite);
        }
    }

    private void writeAdditions(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("objects");
        for (DataFile file : files) {
            json.writeStartObject();
            json.writeStringField("key", file.object().key());
            json.writeNumberField("documents", file.documents());
            json.writeNumberField("bytes", file.object().bytes());
            json.writeStringField("crc32c", file.object().crc32c());
            json.writeStringField("etag", file.object().etag());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("collections");
        for (Collection collection : collections) {
            json.writeStartObject();
            json.writeStringField("name", ObjectKeys.escaped(collection.name()));
            json.writeNumberField("documents", collection.documents());
            json.writeNumberField("bytes", collection.bytes());
            json.writeNumberField("files", collection.files());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("source");
        for (Map.Entry<String, String> entry : source.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }
}
