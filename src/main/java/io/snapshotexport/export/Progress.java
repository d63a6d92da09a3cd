package io.snapshotexport.export;

/**
 * How far one attempt has got.
 *
 * @param collectionsTotal   collections that the export has
 * @param collectionsDone    collections that are wholly written
 * @param documents          documents written so far
 * @param bytes              bytes of collection files written so far, before compression
 * @param files              collection files begun so far
 * @param documentsEstimated documents that the source expects in all, or -1 where it cannot say cheaply
 */
public record Progress(int collectionsTotal, int collectionsDone, long documents, long bytes, long files, long documentsEstimated) {

    public static final Progress NONE = new Progress(0, 0, 0, 0, 0, -1);

    /** Whole percent of the estimate, at most 99: an estimate cannot say that the export is complete. -1 without an estimate. */
    public int percent() {
        if (documentsEstimated < 0) {
            return -1;
        }
        return documentsEstimated == 0 ? 0 : (int) Math.min(99, documents * 100.0 / documentsEstimated);
    }
}
