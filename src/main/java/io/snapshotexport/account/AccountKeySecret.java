package io.snapshotexport.account;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The secret of an account key, {@code sxk_<id>_<random><checksum>}: a prefix that scanners recognise, an id to look it up by,
 * 28 random base-62 characters (166 bits) and a CRC-32 in six more, so that a mistyped key is told from a wrong one without
 * asking the store. Kept nowhere; {@link KeyHash} is.
 */
public final class AccountKeySecret {

    private static final String PREFIX = "sxk_";
    private static final int ID_LENGTH = 12;
    private static final int RANDOM_LENGTH = 28;
    private static final int CHECKSUM_LENGTH = 6;
    private static final Pattern FORM = Pattern.compile(
            "(" + PREFIX + "([0-9A-Za-z]{" + ID_LENGTH + "})_[0-9A-Za-z]{" + RANDOM_LENGTH + "})([0-9A-Za-z]{" + CHECKSUM_LENGTH + "})");
    private static final Pattern KEY_ID = Pattern.compile("[0-9A-Za-z]{" + ID_LENGTH + "}");
    private static final Pattern IN_TEXT = Pattern.compile("(" + PREFIX + "[0-9A-Za-z]{0," + ID_LENGTH + "})[0-9A-Za-z_]*");
    private static final char[] BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();

    private final String keyId;
    private final String text;

    private AccountKeySecret(String keyId, String text) {
        this.keyId = keyId;
        this.text = text;
    }

    public static AccountKeySecret generate() {
        String keyId = random(ID_LENGTH);
        String body = PREFIX + keyId + "_" + random(RANDOM_LENGTH);
        return new AccountKeySecret(keyId, body + checksum(body));
    }

    /** The secret that the text is, or nothing if it cannot be one. */
    public static Optional<AccountKeySecret> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !checksum(form.group(1)).equals(form.group(3))) {
            return Optional.empty();
        }
        return Optional.of(new AccountKeySecret(form.group(2), text));
    }

    /** Whether the text could be a {@link #keyId()}. */
    public static boolean isKeyId(String text) {
        return KEY_ID.matcher(text).matches();
    }

    /** The text without the secrets in it: somebody will send one where an id belongs. */
    public static String redacted(String text) {
        return IN_TEXT.matcher(text).replaceAll("$1...");
    }

    private static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        // Not a constant: a native executable would have the builder's, with its seed.
        new SecureRandom().ints(length, 0, BASE62.length).forEach(i -> text.append(BASE62[i]));
        return text.toString();
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        long rest = crc.getValue();
        char[] digits = new char[CHECKSUM_LENGTH];
        for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
            digits[i] = BASE62[(int) (rest % BASE62.length)];
            rest /= BASE62.length;
        }
        return new String(digits);
    }

    /** The part that may be stored, logged and shown. */
    public String keyId() {
        return keyId;
    }

    /** The whole secret, to be shown once to its owner. */
    public String reveal() {
        return text;
    }

    /** Without the secret: this text may end up in a log. */
    @Override
    public String toString() {
        return PREFIX + keyId + "_...";
    }
}
