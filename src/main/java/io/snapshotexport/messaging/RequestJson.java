package io.snapshotexport.messaging;

import static io.snapshotexport.export.InvalidValueException.shown;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.DatafileFormat;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.S3Destination;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An export request as JSON, the same over HTTP and in the request log: {@code database}, {@code collections}, {@code format},
 * {@code datafile_format}, {@code datafile_compression}, {@code destination}; in the log also {@code account}. Thread-safe.
 */
public final class RequestJson {

    /** Whether a field that is not known is a mistake of the client or the mark of a newer writer. */
    public enum UnknownFields { REFUSED, IGNORED }

    private static final String DATAFILE_FORMAT = "datafile_format";
    private static final String DATAFILE_COMPRESSION = "datafile_compression";
    private static final Set<String> FIELDS =
            Set.of("database", "collections", "format", DATAFILE_FORMAT, DATAFILE_COMPRESSION, "destination");
    private static final int MAX_DEPTH = 32;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RequestJson() {
    }

    /**
     * The JSON object that the bytes spell.
     *
     * @throws InvalidValueException if they spell anything else
     */
    public static ObjectNode parse(byte[] json) {
        return parse(json, "`database` and `destination`");
    }

    /**
     * As above, for any object.
     *
     * @param fields what the object should have, for the message
     */
    public static ObjectNode parse(byte[] json, String fields) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
            throw new InvalidValueException("body", "The body is not valid JSON" + where + ": " + shown(e.getOriginalMessage())
                    + "; send one JSON object.");
        } catch (IOException e) {
            throw new InvalidValueException("body", "The body is not valid UTF-8 JSON; send one JSON object.");
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidValueException("body", "The body is " + kindOf(node) + "; send one JSON object with " + fields + ".");
    }

    /**
     * The request that the object describes.
     *
     * @throws InvalidValueException naming the field, the value and the remedy
     */
    public static ExportRequest read(ObjectNode body, String account, UnknownFields unknown) {
        if (unknown == UnknownFields.REFUSED) {
            refuseUnknown(body, "", FIELDS);
        }
        return new ExportRequest(account,
                DatabasePath.parse(text(body, "database", "database", "such as `us-std/my_db`")),
                collections(body),
                format(body),
                new Datafiles(datafileFormat(body), datafileCompression(body)),
                destination(body, unknown));
    }

    /** @param prefix of the object's fields in messages, such as {@code destination.} */
    public static void refuseUnknown(ObjectNode object, String prefix, Set<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new InvalidValueException(prefix + name, "Unknown field " + shown(prefix + name) + "; known here are `"
                        + String.join("`, `", new TreeSet<>(known)) + "`.");
            }
        });
    }

    /** The string that the field must have. */
    public static String text(ObjectNode object, String name, String path, String example) {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            throw new InvalidValueException(path, "`" + path + "` is missing; send a string " + example + ".");
        }
        if (!value.isTextual()) {
            throw new InvalidValueException(path, "`" + path + "` is " + kindOf(value) + "; send a string " + example + ".");
        }
        return value.textValue();
    }

    private static List<String> collections(ObjectNode body) {
        JsonNode value = body.get("collections");
        if (value == null) {
            return List.of();
        }
        String remedy = "; send an array of collection names, or leave `collections` out to export every user-defined collection.";
        if (!value.isArray()) {
            throw new InvalidValueException("collections", "`collections` is " + kindOf(value) + remedy);
        }
        if (value.isEmpty()) {
            throw new InvalidValueException("collections", "`collections` is empty" + remedy);
        }
        List<String> names = new ArrayList<>(value.size());
        for (JsonNode name : value) {
            if (!name.isTextual()) {
                throw new InvalidValueException("collections", "`collections` has " + kindOf(name) + remedy);
            }
            names.add(name.textValue());
        }
        return names;
    }

    private static DocumentFormat format(ObjectNode body) {
        if (!body.has("format")) {
            return DocumentFormat.SIMPLE;
        }
        String name = text(body, "format", "format", "`simple` or `tagged`");
        return DocumentFormat.ofWireName(name).orElseThrow(() ->
                new InvalidValueException("format", "`format` is " + shown(name) + "; send `simple` or `tagged`."));
    }

    private static DatafileFormat datafileFormat(ObjectNode body) {
        if (!body.has(DATAFILE_FORMAT)) {
            return Datafiles.DEFAULT.format();
        }
        String name = text(body, DATAFILE_FORMAT, DATAFILE_FORMAT, "`json` or `jsonl`");
        return DatafileFormat.ofWireName(name).orElseThrow(() -> new InvalidValueException(DATAFILE_FORMAT, "`" + DATAFILE_FORMAT + "` is "
                + shown(name) + "; send `json` or `jsonl`, and `" + DATAFILE_COMPRESSION + "` for gzip."));
    }

    private static boolean datafileCompression(ObjectNode body) {
        JsonNode value = body.get(DATAFILE_COMPRESSION);
        if (value == null) {
            return Datafiles.DEFAULT.compression();
        }
        if (!value.isBoolean()) {
            throw new InvalidValueException(DATAFILE_COMPRESSION, "`" + DATAFILE_COMPRESSION + "` is " + kindOf(value)
                    + "; send the boolean `true` for gzip or `false`.");
        }
        return value.booleanValue();
    }

    private static S3Destination destination(ObjectNode body, UnknownFields unknown) {
        JsonNode value = body.get("destination");
        String example = "{\"s3\":{\"bucket\":\"my-bucket\",\"path\":\"my/path\"}} or \"s3://my-bucket/my/path\".";
        if (value == null || value.isNull()) {
            throw new InvalidValueException("destination", "`destination` is missing; send " + example);
        }
        if (value.isTextual()) {
            return S3Destination.parse(value.textValue());
        }
        if (!(value instanceof ObjectNode destination)) {
            throw new InvalidValueException("destination", "`destination` is " + kindOf(value) + "; send " + example);
        }
        if (unknown == UnknownFields.REFUSED) {
            refuseUnknown(destination, "destination.", Set.of("s3"));
        }
        if (!(destination.get("s3") instanceof ObjectNode s3)) {
            throw new InvalidValueException("destination.s3", "`destination.s3` is "
                    + (destination.has("s3") ? kindOf(destination.get("s3")) : "missing") + "; send " + example);
        }
        if (unknown == UnknownFields.REFUSED) {
            refuseUnknown(s3, "destination.s3.", Set.of("bucket", "path"));
        }
        return new S3Destination(
                text(s3, "bucket", "destination.s3.bucket", "such as `my-bucket`"),
                text(s3, "path", "destination.s3.path", "such as `exports/my_db`"));
    }

    /** What the value is, for a message. */
    public static String kindOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "the string " + shown(node.textValue());
            case NUMBER -> "the number " + shown(node.asText());
            case BOOLEAN -> "the boolean `" + node.asText() + "`";
            case NULL -> "null";
            default -> "empty";
        };
    }

    /**
     * The request as JSON, without its account. Fields for files that are not the default ones stand there only then, so that requests
     * without them stay what they were before these fields existed.
     */
    static ObjectNode write(ExportRequest request) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("database", request.database().toString());
        if (!request.wholeDatabase()) {
            request.collections().forEach(body.putArray("collections")::add);
        }
        body.put("format", request.format().wireName());
        if (!request.datafiles().isDefault()) {
            body.put(DATAFILE_FORMAT, request.datafiles().format().wireName());
            body.put(DATAFILE_COMPRESSION, request.datafiles().compression());
        }
        body.putObject("destination").putObject("s3")
                .put("bucket", request.destination().bucket())
                .put("path", request.destination().path());
        return body;
    }

    /** Equal for equal requests, whatever their clients wrote. */
    public static String canonical(ExportRequest request) {
        return write(request).toString();
    }

    /** The bytes of a small tree. */
    static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }
}
