package io.snapshotexport.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code deploy/SECURITY.md}, as far as tests run what is on it. */
public final class SecurityPage {

    private static final Pattern FLOOR = Pattern.compile("\\| `([a-z0-9.-]+):([a-z0-9.*-]+)` \\| ([0-9][^ |]*) \\| (.+) \\|");

    private SecurityPage() {
    }

    /** A library and the lowest version of it that may ship. */
    record Floor(String group, String artifact, String version, String why) {
    }

    static Path project() {
        return Pages.project();
    }

    static String text() {
        try {
            return Files.readString(project().resolve("deploy/SECURITY.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The block of code that begins with {@code ```<label>}. */
    public static String block(String label) {
        String begin = "\n```" + label + "\n";
        String page = text();
        int from = page.indexOf(begin);
        if (from < 0) {
            throw new IllegalArgumentException("the page has no block `" + label + "`");
        }
        return page.substring(from + begin.length(), page.indexOf("\n```", from + begin.length()));
    }

    static List<Floor> floors() {
        List<Floor> floors = new ArrayList<>();
        Matcher row = FLOOR.matcher(text());
        while (row.find()) {
            floors.add(new Floor(row.group(1), row.group(2), row.group(3), row.group(4)));
        }
        return floors;
    }
}
