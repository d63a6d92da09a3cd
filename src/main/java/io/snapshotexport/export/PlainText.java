package io.snapshotexport.export;

import java.util.regex.Pattern;

/**
 * Text that others have written, as it may stand in a line of a log, in a message or on somebody's terminal: nothing in it begins a line,
 * moves a cursor or turns the direction of writing, and no secret that a server or driver has repeated in its error is in it.
 */
public final class PlainText {

    private static final String HIDDEN = "***";

    /** A name that promises a secret, and its value up to where it must end: in URLs, properties and JSON. All repetitions are bounded. */
    private static final Pattern NAMED = Pattern.compile("(?i)((?:password|passwd|pwd|pepper|secret|secret[-_.]?access[-_.]?key|secret[-_.]?key"
            + "|session[-_.]?token|security[-_.]?token|x-amz-credential|x-amz-signature|awsaccesskeyid|awssecretkey)"
            + "[\"'`]?\\s{0,4}[=:]\\s{0,4})(?:\"[^\"]{0,1000}\"|'[^']{0,1000}'|[^\\s&,;\"'`)}<]{1,4000})");
    private static final Pattern IN_URL = Pattern.compile("(://[^\\s/:@?#]{0,200}:)[^\\s/]{1,500}@");
    private static final Pattern HEADER = Pattern.compile("(?i)(authorization[\"'`]?\\s{0,4}[=:]\\s{0,4}[\"'`]?[a-z0-9-]{1,30} )[^\"'`\\r\\n]{1,4000}");
    /** The id of an account key may be told, what follows may not. */
    private static final Pattern ACCOUNT_KEY = Pattern.compile("(sxk_[0-9A-Za-z]{12})[0-9A-Za-z_]+");

    private PlainText() {
    }

    /** The text with every secret hidden that can be told by its form, and every character that nobody sees made visible. */
    public static String of(String text) {
        return visible(withoutSecrets(text));
    }

    /** Control and format characters, line and paragraph separators and halves of surrogate pairs, as {@code \}{@code uXXXX} or {@code \n}. */
    public static String visible(String text) {
        if (text.codePoints().noneMatch(PlainText::isUnseen)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (!isUnseen(c)) {
                visible.appendCodePoint(c);
            } else if (c == '\n' || c == '\r' || c == '\t') {
                visible.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
            } else {
                for (char half : Character.toChars(c)) {
                    visible.append(String.format("\\u%04x", (int) half));
                }
            }
        });
        return visible.toString();
    }

    private static boolean isUnseen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String withoutSecrets(String text) {
        String hidden = NAMED.matcher(text).replaceAll("$1" + HIDDEN);
        hidden = IN_URL.matcher(hidden).replaceAll("$1" + HIDDEN + "@");
        hidden = HEADER.matcher(hidden).replaceAll("$1" + HIDDEN);
        return ACCOUNT_KEY.matcher(hidden).replaceAll("$1...");
    }
}
