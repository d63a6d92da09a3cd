package io.snapshotexport.s3;

/** Hears of an object's multipart upload, if it takes one. Called on the thread that writes the object. */
public interface UploadListener {

    /** For objects of which nobody has to know. */
    UploadListener NONE = new UploadListener() {
        @Override
        public void begun(String uploadId) {
        }

        @Override
        public void ended() {
        }
    };

    /** The upload is open now. Parts are sent when this returns; what it throws, the writer of the object throws. */
    void begun(String uploadId);

    /** It is an object now, or has been aborted. Not called for one that stays open. */
    void ended();
}
