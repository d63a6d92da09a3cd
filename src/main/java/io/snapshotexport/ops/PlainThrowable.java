package io.snapshotexport.ops;

import io.snapshotexport.export.PlainText;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Stands in a log for a throwable whose words, or those of a cause, are not plain: the same stack trace and type, other words. */
final class PlainThrowable extends Throwable {

    private final String text;

    private PlainThrowable(Throwable original, Throwable cause) {
        super(PlainText.of(String.valueOf(original.getMessage())), cause, true, true);
        this.text = PlainText.of(original.toString());
        setStackTrace(original.getStackTrace());
    }

    /** @return the original where all of its words are plain */
    static Throwable of(Throwable original) {
        return isPlain(original, Collections.newSetFromMap(new IdentityHashMap<>())) ? original
                : copy(original, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static boolean isPlain(Throwable throwable, Set<Throwable> seen) {
        if (throwable == null || !seen.add(throwable)) {
            return true;
        }
        String text = throwable.toString();
        boolean plain = text == null || PlainText.of(text).equals(text);
        for (Throwable suppressed : throwable.getSuppressed()) {
            plain &= isPlain(suppressed, seen);
        }
        return plain & isPlain(throwable.getCause(), seen);
    }

    private static Throwable copy(Throwable throwable, Set<Throwable> seen) {
        if (throwable == null || !seen.add(throwable)) {
            return null;
        }
        PlainThrowable copy = new PlainThrowable(throwable, copy(throwable.getCause(), seen));
        for (Throwable suppressed : throwable.getSuppressed()) {
            Throwable plain = copy(suppressed, seen);
            if (plain != null) {
                copy.addSuppressed(plain);
            }
        }
        return copy;
    }

    @Override
    public String toString() {
        return text;
    }
}
