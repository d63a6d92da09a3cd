package io.snapshotexport.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;

/** Files with secrets in them: nobody but their owner reads them. */
final class PrivateFile {

    private PrivateFile() {
    }

    static void write(Path file, Properties properties) throws IOException {
        makePrivate(file);
        try (var writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    static void write(Path file, String text) throws IOException {
        makePrivate(file);
        Files.writeString(file, text);
    }

    private static void makePrivate(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
