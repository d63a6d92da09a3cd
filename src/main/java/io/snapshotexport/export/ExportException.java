package io.snapshotexport.export;

/** Something that keeps an attempt from completing. Every failure is one of the two kinds. */
public abstract sealed class ExportException extends RuntimeException permits PermanentExportException, TransientExportException {

    ExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
