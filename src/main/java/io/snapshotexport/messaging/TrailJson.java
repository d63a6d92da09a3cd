package io.snapshotexport.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.Trail;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A {@link Trail} as the fields that it is in a record; each is absent where there is nothing to tell. */
public final class TrailJson {

    private static final String POSSIBLE_FILES = "possible_files";
    private static final String OPEN_UPLOADS = "open_uploads";
    private static final String POSSIBLE_MANIFEST = "possible_manifest";
    private static final String LAST_CAUSE = "last_cause";

    private TrailJson() {
    }

    static ObjectNode write(Trail trail) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (!trail.files().isEmpty()) {
            ObjectNode files = body.putObject(POSSIBLE_FILES);
            trail.files().counts().forEach((collection, lanes) -> {
                ObjectNode counts = files.putObject(collection);
                lanes.forEach((lane, count) -> counts.put(lane.toString(), count));
            });
        }
        if (!trail.uploads().isEmpty()) {
            ArrayNode uploads = body.putArray(OPEN_UPLOADS);
            trail.uploads().forEach(upload -> uploads.addObject().put("collection", upload.collection()).put("lane", upload.lane())
                    .put("index", upload.index()).put("upload_id", upload.uploadId()));
        }
        if (trail.manifest()) {
            body.put(POSSIBLE_MANIFEST, true);
        }
        if (trail.lastCause() != null) {
            body.put(LAST_CAUSE, trail.lastCause());
        }
        return body;
    }

    /** The trail as text, for a store; an empty one is an empty object. */
    public static String text(Trail trail) {
        return write(trail).toString();
    }

    /** @throws InvalidValueException if that is not what the text is */
    public static Trail parse(String text) {
        return read(RequestJson.parse(text.getBytes(StandardCharsets.UTF_8), "a trail"));
    }

    /** @throws InvalidValueException if one of the fields is not what it should be */
    static Trail read(ObjectNode body) {
        SortedMap<String, SortedMap<Integer, Integer>> counts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> collection : body.path(POSSIBLE_FILES).properties()) {
            SortedMap<Integer, Integer> lanes = new TreeMap<>();
            for (Map.Entry<String, JsonNode> lane : collection.getValue().properties()) {
                int count = lane.getValue().canConvertToInt() ? lane.getValue().intValue() : 0;
                if (!lane.getKey().matches("[0-9]{1,2}") || count < 1 || count > PossibleFiles.MOST_FILES) {
                    throw new InvalidValueException(POSSIBLE_FILES, "`" + POSSIBLE_FILES + "` is not readable.");
                }
                lanes.put(Integer.valueOf(lane.getKey()), count);
            }
            counts.put(collection.getKey(), lanes);
        }
        List<OpenUpload> uploads = new ArrayList<>();
        body.path(OPEN_UPLOADS).forEach(upload -> uploads.add(upload(upload)));
        JsonNode cause = body.path(LAST_CAUSE);
        return new Trail(counts.isEmpty() ? PossibleFiles.NONE : new PossibleFiles(counts), uploads, body.path(POSSIBLE_MANIFEST).asBoolean(),
                cause.isTextual() ? cause.textValue() : null);
    }

    private static OpenUpload upload(JsonNode upload) {
        JsonNode collection = upload.path("collection");
        JsonNode lane = upload.path("lane");
        JsonNode index = upload.path("index");
        JsonNode id = upload.path("upload_id");
        if (!collection.isTextual() || !isBelow(lane, 100) || !isBelow(index, PossibleFiles.MOST_FILES) || !id.isTextual()) {
            throw new InvalidValueException(OPEN_UPLOADS, "`" + OPEN_UPLOADS + "` is not readable.");
        }
        return new OpenUpload(collection.textValue(), lane.intValue(), index.intValue(), id.textValue());
    }

    private static boolean isBelow(JsonNode number, int end) {
        return number.isInt() && number.intValue() >= 0 && number.intValue() < end;
    }
}
