package io.snapshotexport.export;

import java.util.Arrays;
import java.util.Optional;

/** How the documents of a collection file are put together: section 2 of the file format. */
public enum DatafileFormat {

    /** One array: {@code [}, documents joined by {@code ,}, {@code ]}. */
    JSON("json", "[", ',', ']'),
    /** A document a line: documents joined by a newline, and one at the end. Documents have no line breaks in them. */
    JSONL("jsonl", "", '\n', '\n');

    private final String wireName;
    private final String opening;
    private final char separator;
    private final char closing;

    DatafileFormat(String wireName, String opening, char separator, char closing) {
        this.wireName = wireName;
        this.opening = opening;
        this.separator = separator;
        this.closing = closing;
    }

    public String wireName() {
        return wireName;
    }

    /** What a file begins with, in ASCII. */
    public String opening() {
        return opening;
    }

    /** What stands between two documents, one byte. */
    public char separator() {
        return separator;
    }

    /** What a file ends with, one byte. */
    public char closing() {
        return closing;
    }

    public static Optional<DatafileFormat> ofWireName(String name) {
        return Arrays.stream(values()).filter(format -> format.wireName.equals(name)).findFirst();
    }
}
