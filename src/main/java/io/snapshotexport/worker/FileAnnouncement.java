package io.snapshotexport.worker;

import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.Trail;
import io.snapshotexport.s3.UploadListener;
import io.snapshotexport.s3.WriteGuard;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Tells the state log which files this attempt may write before it writes them: no file appears in the bucket whose place the log does not
 * have. So whoever follows a dead attempt knows what to overwrite, without listing anything. The first file of each collection and lane
 * is announced with the plan, further ones some ahead while their lane goes on; a lane waits for the log only where that is slower than
 * filling a file. The manifest is announced in the same way, and so is a multipart upload, once S3 has begun it: no part is sent of one that
 * the log does not have, so that what nobody could abort is empty and costs nothing. Exceptions are uploads whose id is too long to be told,
 * and more of them at once than {@link OpenUpload#MOST}. Thread-safe.
 */
final class FileAnnouncement {

    private static final Logger LOG = Logger.getLogger(FileAnnouncement.class);
    /** Files beyond the one that is begun. More would be overwritten in vain after a crash, fewer would mean more reports. */
    private static final int AHEAD = 3;
    private static final long TICK_MILLIS = 100;

    private final PossibleFiles inherited;
    private final WriteGuard lease;
    private final Runnable report;
    private final PossibleFiles.Builder announced = new PossibleFiles.Builder();
    private final PossibleFiles.Builder left = new PossibleFiles.Builder();
    private final Map<Place, Own> own = new HashMap<>();
    private final Map<Place, Integer> written = new HashMap<>();
    private final Set<OpenUpload> openUploads = new LinkedHashSet<>();
    private List<OpenUpload> inheritedUploads;
    private PossibleFiles built;
    private long version = 1;
    private long acknowledged;
    private boolean full;
    /** Whether the manifest is announced, and whether it may be there. */
    private boolean manifestAnnounced;
    private boolean manifestLeft;

    private record Place(String collection, int lane) {
    }

    /** What the log is told of one place. */
    private static final class Own {

        /** Files that are announced, with that version of the whole. */
        private int count;
        private long version;
        /** Files of which the log is known to have the announcement. */
        private int known;

        void settle(long acknowledged) {
            known = version <= acknowledged ? count : known;
        }
    }

    /**
     * What a report says.
     *
     * @param version to be given back when the log has it
     */
    record Report(PossibleFiles files, List<OpenUpload> uploads, boolean manifest, long version) {
    }

    /**
     * @param earlier   what earlier attempts may have written
     * @param lease     its loss ends every waiting
     * @param report    sends a report soon, without waiting
     */
    FileAnnouncement(Trail earlier, WriteGuard lease, Runnable report) {
        this.inherited = earlier.files();
        this.inheritedUploads = earlier.uploads();
        this.manifestAnnounced = earlier.manifest();
        this.manifestLeft = earlier.manifest();
        this.lease = lease;
        this.report = report;
        this.announced.addAll(inherited);
        this.left.addAll(inherited);
    }

    /** Announces the first file of everything in the plan. */
    void planned(LanePlan plan) {
        synchronized (this) {
            for (int lane = 0; lane < plan.lanes().size(); lane++) {
                for (LanePlan.Part part : plan.lanes().get(lane)) {
                    announce(part.collection().name(), lane, 1);
                }
            }
        }
        report.run();
    }

    /** A file is begun: if it is not announced, it and some more are. Does not wait. */
    void begun(String collection, int lane, int index) {
        boolean news;
        synchronized (this) {
            Own place = own.get(new Place(collection, lane));
            news = (place == null || place.count <= index)
                    && announce(collection, lane, Math.min(index + 1 + AHEAD, PossibleFiles.MOST_FILES));
        }
        if (news) {
            report.run();
        }
    }

    private boolean announce(String collection, int lane, int count) {
        if (!announced.add(collection, lane, count)) {
            if (!full) {
                LOG.warnf("too many files to be announced: should this worker die, some may stay behind lane=%d collection=%s", lane, collection);
            }
            full = true;
            return false;
        }
        Own place = own.computeIfAbsent(new Place(collection, lane), first -> new Own());
        place.settle(acknowledged);
        place.count = count;
        place.version = ++version;
        built = null;
        return true;
    }

    /**
     * Returns when the file may appear.
     *
     * @param cancelled ends the waiting, with a {@link CancellationException}
     */
    synchronized void awaitAnnounced(String collection, int lane, int index, BooleanSupplier cancelled) {
        Own place = own.get(new Place(collection, lane));
        // Without a place there was no room to announce it.
        while (place != null) {
            place.settle(acknowledged);
            if (place.known > index) {
                break;
            }
            awaitNews(cancelled);
        }
        left.add(collection, lane, index + 1);
        written.put(new Place(collection, lane), index + 1);
    }

    private void awaitNews(BooleanSupplier cancelled) {
        lease.check();
        if (cancelled.getAsBoolean()) {
            throw new CancellationException();
        }
        try {
            wait(TICK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }

    /**
     * Announces the manifest and returns when it may appear.
     *
     * @param cancelled ends the waiting, with a {@link CancellationException}
     */
    void announceManifest(BooleanSupplier cancelled) {
        long announcement;
        synchronized (this) {
            manifestAnnounced = true;
            announcement = ++version;
        }
        awaitReported(announcement, cancelled);
        synchronized (this) {
            manifestLeft = true;
        }
    }

    private void awaitReported(long announcement, BooleanSupplier cancelled) {
        report.run();
        synchronized (this) {
            while (acknowledged < announcement) {
                awaitNews(cancelled);
            }
        }
    }

    /** There is none any more. */
    synchronized void manifestTakenBack() {
        manifestAnnounced = false;
        manifestLeft = false;
        version++;
    }

    /** Whether a manifest may lie in the bucket now: an earlier attempt's, or this one's. */
    synchronized boolean manifestLeft() {
        return manifestLeft;
    }

    /**
     * For a file that is begun: tells the log of its multipart upload, and returns when that may hold something.
     *
     * @param cancelled ends the waiting, with a {@link CancellationException}
     */
    UploadListener upload(String collection, int lane, int index, BooleanSupplier cancelled) {
        return new UploadListener() {

            private OpenUpload told;

            @Override
            public void begun(String uploadId) {
                if (uploadId.length() > OpenUpload.LONGEST_ID) {
                    return;
                }
                told = new OpenUpload(collection, lane, index, uploadId);
                long announcement;
                synchronized (FileAnnouncement.this) {
                    openUploads.add(told);
                    announcement = ++version;
                }
                awaitReported(announcement, cancelled);
            }

            @Override
            public void ended() {
                synchronized (FileAnnouncement.this) {
                    openUploads.remove(told);
                }
            }
        };
    }

    /** Multipart uploads of earlier attempts that may be open. */
    synchronized List<OpenUpload> inheritedUploads() {
        return inheritedUploads;
    }

    /** Only these may be, for another attempt to abort. */
    synchronized void inheritedUploads(List<OpenUpload> left) {
        inheritedUploads = List.copyOf(left);
    }

    /** Multipart uploads that may be open now. */
    synchronized List<OpenUpload> openUploads() {
        return Stream.concat(inheritedUploads.stream(), openUploads.stream()).limit(OpenUpload.MOST).toList();
    }

    /** What is to be reported now. */
    synchronized Report report() {
        if (built == null) {
            built = announced.build();
        }
        return new Report(built, openUploads(), manifestAnnounced, version);
    }

    /** The log has the report of that version. */
    synchronized void acknowledged(long reported) {
        if (reported > acknowledged) {
            acknowledged = reported;
            notifyAll();
        }
    }

    /** What may lie in the bucket now, known better than it was announced. */
    synchronized PossibleFiles left() {
        return left.build();
    }

    /** How many files of the collection this attempt has written in the lane. */
    synchronized int written(String collection, int lane) {
        return written.getOrDefault(new Place(collection, lane), 0);
    }

    PossibleFiles inherited() {
        return inherited;
    }
}
