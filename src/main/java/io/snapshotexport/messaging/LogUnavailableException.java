package io.snapshotexport.messaging;

/** A record could not be written to Kafka. Trying again later may help. */
public final class LogUnavailableException extends RuntimeException {

    LogUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
