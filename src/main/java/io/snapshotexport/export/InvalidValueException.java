package io.snapshotexport.export;

/**
 * A value that its type refuses. The message is one sentence for the person who sent it: the field, the offending value and what
 * to send instead.
 */
public final class InvalidValueException extends IllegalArgumentException {

    private static final int MAX_SHOWN = 100;

    private final String field;

    /**
     * @param field   the name of the field as the client wrote it, such as {@code destination.s3.bucket}
     * @param message the whole sentence
     */
    public InvalidValueException(String field, String message) {
        super(message);
        this.field = field;
    }

    public String field() {
        return field;
    }

    /** The value as it may stand in a message: cut to a readable length, what nobody sees made visible. */
    public static String shown(String value) {
        int end = Math.min(value.length(), MAX_SHOWN);
        if (end < value.length() && Character.isHighSurrogate(value.charAt(end - 1))) {
            end--;
        }
        return "`" + PlainText.visible(value.substring(0, end)) + (end < value.length() ? "...`" : "`");
    }
}
