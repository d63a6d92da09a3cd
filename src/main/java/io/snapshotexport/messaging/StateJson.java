package io.snapshotexport.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.Failure;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.Progress;
import io.snapshotexport.export.Trail;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** An export's state as the JSON value of a record in {@link Topic#STATES}: the whole export, so that any one record is enough. */
final class StateJson {

    private StateJson() {
    }

    static byte[] write(Export export, Trail trail) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", export.id().toString());
        body.put("state", export.state().wireName());
        body.put("attempt", export.attempt());
        body.put("sequence", export.sequence());
        body.put("account", export.request().account());
        body.setAll(RequestJson.write(export.request()));
        body.put("created_at", export.createdAt().toString());
        body.put("updated_at", export.updatedAt().toString());
        if (export.snapshotTs() != null) {
            body.put("snapshot_ts", export.snapshotTs().toString());
        }
        if (export.progress() != null) {
            Progress progress = export.progress();
            ObjectNode node = body.putObject("progress");
            node.put("collections_total", progress.collectionsTotal());
            node.put("collections_done", progress.collectionsDone());
            node.put("documents", progress.documents());
            node.put("bytes", progress.bytes());
            node.put("files", progress.files());
            if (progress.documentsEstimated() >= 0) {
                node.put("documents_estimated", progress.documentsEstimated());
            }
        }
        if (export.failure() != null) {
            body.putObject("failure").put("code", export.failure().code().wireName()).put("message", export.failure().message());
        }
        body.setAll(TrailJson.write(trail));
        return RequestJson.bytes(body);
    }

    /** @throws InvalidValueException if the bytes are no state; fields that are not known are ignored */
    static ReportedExport read(byte[] json, Instant reportedAt, Correlation correlation) {
        if (json == null) {
            throw invalid("value");
        }
        ObjectNode body = RequestJson.parse(json);
        return new ReportedExport(export(body), TrailJson.read(body), reportedAt, correlation);
    }

    private static Export export(ObjectNode body) {
        String account = RequestJson.text(body, "account", "account", "naming the account");
        ExportState state = ExportState.ofWireName(body.path("state").asText()).orElseThrow(() -> invalid("state"));
        Failure failure = body.has("failure") ? failure(body.get("failure")) : null;
        Progress progress = body.has("progress") ? progress(body.get("progress")) : null;
        try {
            return new Export(
                    ExportId.parse(body.path("id").asText()).orElseThrow(() -> invalid("id")),
                    RequestJson.read(body, account, RequestJson.UnknownFields.IGNORED),
                    state, body.path("attempt").asInt(), body.path("sequence").asLong(),
                    instant(body, "updated_at").orElseThrow(() -> invalid("updated_at")),
                    instant(body, "snapshot_ts").orElse(null),
                    progress, failure);
        } catch (InvalidValueException e) {
            throw e;
        } catch (IllegalArgumentException inconsistent) {
            throw new InvalidValueException("state", "The record contradicts itself: " + inconsistent.getMessage() + ".");
        }
    }

    private static Progress progress(JsonNode node) {
        if (!node.isObject()) {
            throw invalid("progress");
        }
        return new Progress(node.path("collections_total").asInt(), node.path("collections_done").asInt(),
                node.path("documents").asLong(), node.path("bytes").asLong(), node.path("files").asLong(),
                node.path("documents_estimated").asLong(-1));
    }

    private static Failure failure(JsonNode node) {
        return new Failure(Failure.Code.ofWireName(node.path("code").asText()).orElseThrow(() -> invalid("failure.code")),
                node.path("message").asText());
    }

    private static Optional<Instant> instant(ObjectNode body, String name) {
        if (!body.has(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(body.get(name).asText()));
        } catch (DateTimeParseException e) {
            throw invalid(name);
        }
    }

    private static InvalidValueException invalid(String field) {
        return new InvalidValueException(field, "`" + field + "` of the state record is missing or not readable.");
    }
}
