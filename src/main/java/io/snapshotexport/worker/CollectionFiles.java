package io.snapshotexport.worker;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.format.DocumentSink;
import io.snapshotexport.format.JsonOutput;
import io.snapshotexport.s3.ExportBucket;
import io.snapshotexport.s3.Manifest;
import io.snapshotexport.s3.ObjectWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * The collection files of one lane. Each is ended between two documents once it holds the roll size, which is counted before compression;
 * compression is done here, on the lane's own thread. Belongs to one thread. Keeps one entry for each file for the manifest, some hundred
 * bytes for 128 MiB of data.
 */
final class CollectionFiles implements DocumentSink, AutoCloseable {

    private final ExportBucket bucket;
    private final int lane;
    private final Datafiles datafiles;
    private final byte[] opening;
    private final GzipOutput gzip;
    private final long rollSize;
    private final Tally tally;
    private final FileAnnouncement announcement;
    private final BooleanSupplier cancelled;
    private final JsonOutput output = new JsonOutput(OutputStream.nullOutputStream());
    private final List<Manifest.DataFile> files = new ArrayList<>();
    private final List<Manifest.Collection> collections = new ArrayList<>();

    private String collection;
    private int index;
    private long collectionDocuments;
    private long collectionBytes;
    private ObjectWriter file;
    private long fileDocuments;
    /** The file before the present one, which S3 may still be putting together. */
    private ObjectWriter completing;
    private long completingDocuments;
    private long bytesCounted;

    /**
     * @param announcement asked before a file is completed
     * @param cancelled    asked at every document; true ends the lane with a {@link CancellationException}
     */
    CollectionFiles(ExportBucket bucket, int lane, Datafiles datafiles, long rollSize, Tally tally, FileAnnouncement announcement,
                    BooleanSupplier cancelled) {
        this.bucket = bucket;
        this.lane = lane;
        this.datafiles = datafiles;
        this.opening = datafiles.format().opening().getBytes(StandardCharsets.US_ASCII);
        this.gzip = datafiles.compression() ? new GzipOutput() : null;
        this.rollSize = rollSize;
        this.tally = tally;
        this.announcement = announcement;
        this.cancelled = cancelled;
    }

    void beginCollection(String name) {
        collection = name;
        index = 0;
        collectionDocuments = 0;
        collectionBytes = 0;
    }

    @Override
    public JsonOutput beginDocument() throws IOException {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException();
        }
        if (file != null && output.written() >= rollSize) {
            endFile();
        }
        if (file == null) {
            announcement.begun(collection, lane, index);
            file = bucket.newCollectionFile(collection, lane, index, datafiles, announcement.upload(collection, lane, index, cancelled));
            index++;
            fileDocuments = 0;
            bytesCounted = 0;
            output.target(gzip == null ? file : gzip.begin(file));
            output.raw(opening);
            tally.fileBegun();
        } else {
            output.raw(datafiles.format().separator());
        }
        return output;
    }

    @Override
    public void endDocument() {
        fileDocuments++;
        countBytes();
        tally.documentWritten();
    }

    private void countBytes() {
        tally.bytesWritten(output.written() - bytesCounted);
        bytesCounted = output.written();
    }

    private void endFile() throws IOException {
        output.raw(datafiles.format().closing());
        countBytes();
        output.flush();
        if (gzip != null) {
            gzip.finish();
        }
        awaitCompletion();
        announcement.awaitAnnounced(collection, lane, index - 1, cancelled);
        file.startCompleting();
        completing = file;
        completingDocuments = fileDocuments;
        file = null;
    }

    private void awaitCompletion() {
        if (completing != null) {
            Manifest.DataFile done = new Manifest.DataFile(completing.complete(), completingDocuments);
            completing = null;
            files.add(done);
            collectionDocuments += done.documents();
            collectionBytes += done.object().bytes();
        }
    }

    /** Everything of the collection that this lane has to write has come; where that is nothing there is no file. */
    void endCollection() throws IOException {
        if (file != null) {
            endFile();
        }
        awaitCompletion();
        collections.add(new Manifest.Collection(collection, collectionDocuments, collectionBytes, index));
        tally.partDone(collection);
    }

    List<Manifest.DataFile> files() {
        return files;
    }

    List<Manifest.Collection> collections() {
        return collections;
    }

    /** Leaves nothing half written behind. */
    @Override
    public void close() {
        try {
            if (completing != null) {
                completing.close();
            }
        } finally {
            if (file != null) {
                file.close();
            }
        }
        if (gzip != null) {
            gzip.close();
        }
    }
}
