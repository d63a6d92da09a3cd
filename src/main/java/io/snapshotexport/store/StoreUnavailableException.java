package io.snapshotexport.store;

/** PostgreSQL did not answer for longer than a client should wait. Trying again later may help. */
public final class StoreUnavailableException extends RuntimeException {

    StoreUnavailableException(Throwable cause) {
        super("the store does not answer: " + cause.getMessage(), cause);
    }
}
