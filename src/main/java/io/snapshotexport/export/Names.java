package io.snapshotexport.export;

import static io.snapshotexport.export.InvalidValueException.shown;

/** What every name that a user gives must fulfil before anything is done with it. */
public final class Names {

    private Names() {
    }

    /**
     * @param field  the field that holds the name
     * @param value  the field's whole value
     * @param what   what the name is, with its article
     * @param remedy what to send instead
     * @throws InvalidValueException if it is blank, too long or has characters that nobody sees
     */
    public static void check(String field, String value, String name, String what, int maxLength, String remedy) {
        String why = null;
        if (name.isBlank()) {
            why = "is empty";
        } else if (name.codePointCount(0, name.length()) > maxLength) {
            why = "is longer than " + maxLength + " characters";
        } else if (hasUnprintable(name)) {
            why = "has a control character or half a surrogate pair";
        }
        if (why != null) {
            throw new InvalidValueException(field, "`" + field + "` is " + shown(value) + ", but " + what + " in it " + why + "; " + remedy);
        }
    }

    /** Control characters, and surrogates without their other half, which UTF-8 cannot write. */
    static boolean hasUnprintable(String text) {
        return text.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }
}
