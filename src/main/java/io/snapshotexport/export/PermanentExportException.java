package io.snapshotexport.export;

/** The same request will fail the same way: the export becomes Failed at once. The message is shown to the user. */
public final class PermanentExportException extends ExportException {

    public PermanentExportException(String message) {
        this(message, null);
    }

    /** @param message one sentence that a person can act on, with the offending value; never a secret */
    public PermanentExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
