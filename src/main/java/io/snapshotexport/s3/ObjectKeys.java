package io.snapshotexport.s3;

import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.S3Destination;
import java.nio.charset.StandardCharsets;

/** Where an export's objects lie: sections 2 to 4 of the file format. */
final class ObjectKeys {

    static final int MAX_KEY_BYTES = 1024;
    static final int MAX_LANE = 99;
    static final int MAX_INDEX = 999_999;
    static final String PERMISSION_PROOF = "/.perms_validated.txt";

    /** What the S3 user guide calls safe in a key, besides letters and digits. */
    private static final String SAFE_PUNCTUATION = "!-_.*'()";

    private final S3Destination destination;

    ObjectKeys(S3Destination destination) {
        this.destination = destination;
    }

    String permissionProof() {
        return checked(destination.keyPrefix() + PERMISSION_PROOF);
    }

    String manifest() {
        return checked(destination.keyPrefix() + "/manifest.json");
    }

    String collectionFile(String collection, int lane, int index, String extension) {
        if (lane < 0 || lane > MAX_LANE || index < 0 || index > MAX_INDEX) {
            throw new IllegalArgumentException("no collection file has lane " + lane + " and index " + index);
        }
        String name = escaped(collection);
        String file = name + String.format("_%02d_%06d.", lane, index) + extension;
        return checked(destination.keyPrefix() + "/collections/" + name + "/" + file);
    }

    /** A collection's name as a segment of a key: what is not safe there is percent-encoded, byte by byte of its UTF-8. */
    static String escaped(String name) {
        if (name.isEmpty()) {
            throw new PermanentExportException("The database has a collection without a name, which cannot be exported; give it a name.");
        }
        // A segment of nothing but dots would be resolved away by clients that treat keys as paths.
        boolean dots = name.equals(".") || name.equals("..");
        StringBuilder escaped = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (!dots && isSafe(b)) {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("%%%02X", b & 0xff));
            }
        }
        return escaped.toString();
    }

    private static boolean isSafe(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b > 0 && SAFE_PUNCTUATION.indexOf(b) >= 0;
    }

    private static String checked(String key) {
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_KEY_BYTES) {
            throw new PermanentExportException("The object key " + InvalidValueException.shown(key) + " would have " + bytes
                    + " bytes, and S3 allows " + MAX_KEY_BYTES + "; use a shorter `destination.s3.path`.");
        }
        return key;
    }
}
