package io.snapshotexport.s3;

import java.time.Duration;

/** Who wants to know what becomes of the requests to S3. Told from any thread, in the middle of the work: it answers at once. */
@FunctionalInterface
public interface S3RequestListener {

    /** What was asked for. */
    enum Request {
        /** Where the bucket lies, or the proof that it can be written. */
        CHECK,
        /** An object in one request. */
        PUT,
        /** A multipart upload. */
        BEGIN,
        PART,
        FINISH,
        ABORT
    }

    /** What came of it, after all tries. */
    enum Outcome {
        SUCCESS,
        /** The bucket does not take it, whoever asks again. */
        REFUSED,
        /** S3 said that it cannot at present. */
        UNAVAILABLE,
        /** There was no answer: no connection, or none in time. */
        NO_ANSWER,
        /** It was not sent, or not waited for: the lease was lost, or the upload given up. */
        CANCELLED
    }

    /**
     * A request has ended.
     *
     * @param retries how often the client repeated it by itself
     * @param took    with all tries
     */
    void ended(Request request, Outcome outcome, int retries, Duration took);
}
