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
    void takeBack(TakenRequest taken, ExportBucket bucket, FileAnnouncement files) {
        if (files.manifestLeft()) {
            bucket.takeBackManifest();
            files.manifestTakenBack();
            LOG.infof("manifest taken back exportId=%s attempt=%d", taken.id(), taken.attempt());
        }
        List<OpenUpload> uploads = files.inheritedUploads();
        if (!uploads.isEmpty()) {
            int gone = bucket.abort(uploads, taken.request().datafiles());
            files.inheritedUploadsAborted();
            LOG.infof("uploads of dead attempts aborted exportId=%s attempt=%d uploads=%d", taken.id(), taken.attempt(), gone);
        }
    }

    /** As {@link StaleFiles#empty}, for this attempt. */
    void empty(TakenRequest taken, ExportBucket bucket, PossibleFiles possible, ToIntBiFunction<String, Integer> kept, BooleanSupplier cancelled) {
        if (possible.isEmpty()) {
            return;
        }
        long count = staleFiles.empty(bucket, possible, kept, taken.request().datafiles(), cancelled);
        LOG.infof("stale files overwritten exportId=%s attempt=%d files=%d", taken.id(), taken.attempt(), count);
    }
}
