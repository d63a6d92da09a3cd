package io.snapshotexport.export;

/** The world is shaky: trying again may help. The message becomes the export's last cause when no attempt is left. */
public final class TransientExportException extends ExportException {

    public TransientExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
