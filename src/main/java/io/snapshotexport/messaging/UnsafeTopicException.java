package io.snapshotexport.messaging;

/** A topic exists with settings under which ids or leases would be wrong. Somebody has to change it; waiting does not help. */
final class UnsafeTopicException extends RuntimeException {

    UnsafeTopicException(String message) {
        super(message);
    }
}
