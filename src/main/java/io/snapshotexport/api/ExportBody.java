package io.snapshotexport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.Progress;
import io.snapshotexport.export.S3Destination;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** An export on the wire. The order of the fields is part of the contract: the Fauna CLI prints them as they come. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"id", "state", "database", "format", "destination", "created_at", "updated_at", "collections", "is_terminal",
    "datafile_format", "datafile_compression", "snapshot_ts", "completed_at", "failed_at", "failure", "progress"})
record ExportBody(
        String id,
        String state,
        String database,
        String format,
        Destination destination,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt,
        List<String> collections,
        @JsonProperty("is_terminal") boolean isTerminal,
        @JsonProperty("datafile_format") String datafileFormat,
        @JsonProperty("datafile_compression") Boolean datafileCompression,
        @JsonProperty("snapshot_ts") String snapshotTs,
        @JsonProperty("completed_at") String completedAt,
        @JsonProperty("failed_at") String failedAt,
        FailureBody failure,
        ProgressBody progress) {

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    @RegisterForReflection
    record Destination(S3 s3, String uri) {
    }

    @RegisterForReflection
    record S3(String bucket, String path) {
    }

    @RegisterForReflection
    record FailureBody(String code, String message) {
    }

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"collections_total", "collections_done", "documents", "bytes", "files", "attempt", "documents_estimated", "percent"})
    record ProgressBody(
            @JsonProperty("collections_total") int collectionsTotal,
            @JsonProperty("collections_done") int collectionsDone,
            long documents,
            long bytes,
            long files,
            int attempt,
            @JsonProperty("documents_estimated") Long documentsEstimated,
            Integer percent) {
    }

    static ExportBody of(Export export) {
        S3Destination destination = export.request().destination();
        String updatedAt = MICROSECONDS.format(export.updatedAt());
        Datafiles datafiles = export.request().datafiles();
        // Answers about requests without these fields are what they were before the fields existed.
        boolean plain = datafiles.isDefault();
        return new ExportBody(
                export.id().toString(),
                export.state().wireName(),
                export.request().database().toString(),
                export.request().format().wireName(),
                new Destination(new S3(destination.bucket(), destination.path()), destination.uri()),
                MICROSECONDS.format(export.createdAt()),
                updatedAt,
                export.request().wholeDatabase() ? null : export.request().collections(),
                export.state().isTerminal(),
                plain ? null : datafiles.format().wireName(),
                plain ? null : Boolean.valueOf(datafiles.compression()),
                timestamp(export.snapshotTs()),
                export.state() == ExportState.COMPLETE ? updatedAt : null,
                export.state() == ExportState.FAILED ? updatedAt : null,
                export.failure() == null ? null : new FailureBody(export.failure().code().wireName(), export.failure().message()),
                export.progress() == null ? null : progress(export, export.progress()));
    }

    private static ProgressBody progress(Export export, Progress progress) {
        boolean estimated = progress.documentsEstimated() >= 0;
        int percent = export.state() == ExportState.COMPLETE ? 100 : progress.percent();
        return new ProgressBody(progress.collectionsTotal(), progress.collectionsDone(), progress.documents(), progress.bytes(),
                progress.files(), export.attempt(), estimated ? progress.documentsEstimated() : null, estimated ? percent : null);
    }

    /** As all times on the wire; null for null. */
    static String timestamp(Instant time) {
        return time == null ? null : MICROSECONDS.format(time);
    }
}
