package io.snapshotexport.worker;

import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.messaging.TakenRequest;
import io.snapshotexport.s3.ExportBucket;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntBiFunction;
import org.jboss.logging.Logger;

/** What attempts that came to nothing have left in the bucket: their manifest, uploads and files. Thread-safe. */
@ApplicationScoped
class Leftovers {

    private static final Logger LOG = Logger.getLogger(Leftovers.class);

    private final StaleFiles staleFiles;

    @Inject
    Leftovers(StaleFiles staleFiles) {
        this.staleFiles = staleFiles;
    }

    /** Takes back the manifest, whose files are about to be overwritten or will never be called complete, and aborts uploads nobody else would. */
    void takeBack(TakenRequest taken, ExportBucket bucket, FileAnnouncement files, BooleanSupplier cancelled) {
        if (files.manifestLeft()) {
            bucket.takeBackManifest();
            files.manifestTakenBack();
            LOG.infof("manifest taken back exportId=%s attempt=%d", taken.id(), taken.attempt());
        }
        abortUploads(taken, bucket, files, cancelled);
    }

    /** Those that the bucket will not abort now are tried again, at the end of this attempt or by another. */
    private static void abortUploads(TakenRequest taken, ExportBucket bucket, FileAnnouncement files, BooleanSupplier cancelled) {
        List<OpenUpload> uploads = files.inheritedUploads();
        if (!uploads.isEmpty()) {
            List<OpenUpload> left = bucket.abort(uploads, taken.request().datafiles(), cancelled);
            files.inheritedUploads(left);
            LOG.infof("uploads of dead attempts aborted exportId=%s attempt=%d uploads=%d left=%d", taken.id(), taken.attempt(),
                    uploads.size() - left.size(), left.size());
        }
    }

    /** As {@link StaleFiles#empty}, for this attempt; and uploads that the bucket would not abort at its beginning are tried again. */
    void empty(TakenRequest taken, ExportBucket bucket, FileAnnouncement files, PossibleFiles possible, ToIntBiFunction<String, Integer> kept,
            BooleanSupplier cancelled) {
        abortUploads(taken, bucket, files, cancelled);
        if (possible.isEmpty()) {
            return;
        }
        long count = staleFiles.empty(bucket, possible, kept, taken.request().datafiles(), cancelled);
        LOG.infof("stale files overwritten exportId=%s attempt=%d files=%d", taken.id(), taken.attempt(), count);
    }
}
