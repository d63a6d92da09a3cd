package io.snapshotexport.s3;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Multipart uploads that will not be completed. Their parts cost the bucket's owner money until they are aborted, so that is tried with
 * care, and what stays is counted: the permission for it is not asked for. Thread-safe.
 */
final class AbandonedUploads {

    private static final Logger LOG = Logger.getLogger(AbandonedUploads.class);
    private static final int SECONDS_FOR_PARTS_ON_THEIR_WAY = 5;

    private final UploadCounts counts;
    /** By their ids; each lane has one or two, and earlier attempts tell of a bounded number. */
    private final Set<String> leftOpen = ConcurrentHashMap.newKeySet();
    private volatile Throwable lastCause;

    AbandonedUploads(UploadCounts counts) {
        this.counts = counts;
    }

    /**
     * Aborts one.
     *
     * @param onTheirWay parts that arrive after the abort would stay, so they may land first, or are given up
     * @return whether it is gone
     */
    boolean abort(BucketRequests requests, String key, String uploadId, List<? extends CompletableFuture<?>> onTheirWay) {
        CompletableFuture.allOf(onTheirWay.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, SECONDS_FOR_PARTS_ON_THEIR_WAY, TimeUnit.SECONDS)
                .handle((done, failed) -> done)
                .join();
        onTheirWay.forEach(part -> part.cancel(true));
        return abort(requests, key, uploadId).join();
    }

    /** Aborts one that nobody writes to any more; does not wait. Tells whether it is gone. */
    CompletableFuture<Boolean> abort(BucketRequests requests, String key, String uploadId) {
        return requests.abort(key, uploadId).handle((done, failed) -> {
            if (failed == null) {
                counts.countAborted();
            } else if (!S3Errors.isNoSuchUpload(failed)) {
                lastCause = failed instanceof CompletionException ? failed.getCause() : failed;
                if (leftOpen.add(uploadId)) {
                    counts.countLeftOpen();
                }
                return false;
            }
            leftOpen.remove(uploadId);
            return true;
        });
    }

    int leftOpen() {
        return leftOpen.size();
    }

    /** Tells the operator once an export what has to be cleaned up by a lifecycle rule or by hand. */
    void report(String bucket, String path) {
        int count = leftOpen.size();
        if (count > 0) {
            LOG.warnf("multipart uploads could not be aborted and cost storage: bucket=%s path=%s uploads=%d cause=%s",
                    bucket, path, count, lastCause);
        }
    }
}
