package io.snapshotexport.export;

import java.util.Objects;

/**
 * A multipart upload that an attempt has begun, as the state log tells of it, so that a later attempt can abort it: its parts cost storage
 * that nobody sees. No promise: a worker that dies right after S3 has begun an upload tells nobody.
 *
 * @param collection the collection's name
 * @param lane       0 to 99, the HOST_ID in the file's name
 * @param index      0 to 999,999, the file's in its collection and lane
 * @param uploadId   as S3 gave it, at most {@link #LONGEST_ID} characters
 */
public record OpenUpload(String collection, int lane, int index, String uploadId) {

    /** In characters; Amazon's have some 130. A longer one is not told of. */
    public static final int LONGEST_ID = 512;

    /** Of one export that are told of: each lane has one file that is written and at most one that S3 puts together. */
    public static final int MOST = 200;

    public OpenUpload {
        Objects.requireNonNull(collection, "collection");
        Objects.requireNonNull(uploadId, "uploadId");
    }
}
