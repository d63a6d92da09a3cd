package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.messaging.RequestJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The value of an {@code Idempotency-Key} header. */
record IdempotencyKey(String value) {

    static final String HEADER = "Idempotency-Key";
    private static final int MAX_LENGTH = 255;

    IdempotencyKey {
        if (value.isBlank() || value.length() > MAX_LENGTH) {
            throw new InvalidValueException(HEADER, "`" + HEADER + "` is " + shown(value)
                    + "; use a non-blank string of up to " + MAX_LENGTH + " characters, or leave it out.");
        }
    }

    /** What stands for the key in the store and in the log; it tells neither the key nor the account. */
    String mark(String account) {
        // The account's length keeps two accounts from ever meeting in one mark.
        return sha256(account.length() + ":" + account + ":" + value);
    }

    /** Equal for equal requests. */
    static String fingerprint(ExportRequest request) {
        return sha256(RequestJson.canonical(request));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
