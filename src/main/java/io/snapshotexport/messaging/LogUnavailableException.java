package io.snapshotexport.messaging;

/** A record could not be written to Kafka, or Kafka could not be asked. Trying again later may help. */
public final class LogUnavailableException extends RuntimeException {

    private final boolean perhapsWritten;

    LogUnavailableException(String message, Throwable cause) {
        this(message, cause, false);
    }

    LogUnavailableException(String message, Throwable cause, boolean perhapsWritten) {
        super(message, cause);
        this.perhapsWritten = perhapsWritten;
    }

    /** Whether the record may be in the log all the same: it was sent, and no answer came. */
    public boolean perhapsWritten() {
        return perhapsWritten;
    }
}
