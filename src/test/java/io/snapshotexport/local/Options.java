package io.snapshotexport.local;

import java.nio.file.Path;

/**
 * What the local mode was asked to do.
 *
 * @param once whether it ends after the export
 * @param data where to keep the data; null for a place of its own that the next run empties
 */
record Options(boolean once, Path data) {

    /** @throws IllegalArgumentException with a sentence for the user */
    static Options parse(String... arguments) {
        boolean once = false;
        Path data = null;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--once")) {
                once = true;
            } else if (argument.equals("--data") && i + 1 < arguments.length && !arguments[i + 1].isEmpty()) {
                i++;
                data = Path.of(arguments[i]);
            } else if (argument.equals("--data")) {
                throw new IllegalArgumentException("--data needs a directory");
            } else {
                throw new IllegalArgumentException("unknown argument: " + argument);
            }
        }
        return new Options(once, data);
    }
}
