package io.snapshotexport.store;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.DatafileFormat;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.Failure;
import io.snapshotexport.export.Progress;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.messaging.ReportedExport;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;

/** A row of the table {@code export}. */
@Entity
@Table(name = "export")
class ExportEntity {

    @Id
    long id;
    String account;
    String database;
    String[] collections;
    String format;
    @Column(name = "datafile_format")
    String datafileFormat;
    @Column(name = "datafile_compression")
    boolean datafileCompression;
    String bucket;
    String path;
    String state;
    int attempt;
    long sequence;
    @Column(name = "updated_at")
    Instant updatedAt;
    @Column(name = "reported_at")
    Instant reportedAt;
    @Column(name = "snapshot_ts")
    Instant snapshotTs;
    @Column(name = "collections_total")
    Integer collectionsTotal;
    @Column(name = "collections_done")
    Integer collectionsDone;
    Long documents;
    Long bytes;
    Long files;
    @Column(name = "documents_estimated")
    Long documentsEstimated;
    @Column(name = "failure_code")
    String failureCode;
    @Column(name = "failure_message")
    String failureMessage;
    @Column(name = "queued_attempt")
    int queuedAttempt;
    @Column(name = "queue_retries")
    Boolean queueRetries;
    @Column(name = "queue_partition")
    Integer queuePartition;
    @Column(name = "queue_offset")
    Long queueOffset;
    @Column(name = "hand_outs")
    int handOuts;

    Export toExport() {
        return new Export(new ExportId(id),
                new ExportRequest(account, DatabasePath.parse(database), List.of(collections),
                        DocumentFormat.ofWireName(format).orElseThrow(),
                        new Datafiles(DatafileFormat.ofWireName(datafileFormat).orElseThrow(), datafileCompression),
                        new S3Destination(bucket, path)),
                ExportState.ofWireName(state).orElseThrow(), attempt, sequence, updatedAt, snapshotTs,
                collectionsTotal == null ? null
                        : new Progress(collectionsTotal, collectionsDone, documents, bytes, files, documentsEstimated),
                failureCode == null ? null : new Failure(Failure.Code.ofWireName(failureCode).orElseThrow(), failureMessage));
    }

    /** Takes what was reported if it is later in the history than what is here; whether it is. */
    boolean accept(ReportedExport reported) {
        Export export = reported.export();
        if (!export.supersedes(toExport())) {
            return false;
        }
        state = export.state().wireName();
        attempt = export.attempt();
        sequence = export.sequence();
        updatedAt = export.updatedAt();
        reportedAt = reported.reportedAt();
        snapshotTs = export.snapshotTs();
        Progress progress = export.progress();
        collectionsTotal = progress.collectionsTotal();
        collectionsDone = progress.collectionsDone();
        documents = progress.documents();
        bytes = progress.bytes();
        files = progress.files();
        documentsEstimated = progress.documentsEstimated();
        if (export.failure() != null) {
            failureCode = export.failure().code().wireName();
            failureMessage = export.failure().message();
        }
        return true;
    }
}
