package io.snapshotexport.format;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;

/** Instants and dates in the form of {@link Instant#toString()} and {@link LocalDate#toString()}, without making their texts. */
final class TimeText {

    private static final int SECONDS_PER_DAY = 86_400;
    private static final int LAST_PLAIN_YEAR = 9999;

    private TimeText() {
    }

    static void instant(long epochSecond, int nano, JsonOutput out) throws IOException {
        long day = Math.floorDiv(epochSecond, SECONDS_PER_DAY);
        LocalDate date = LocalDate.ofEpochDay(day);
        if (!isPlain(date)) {
            out.ascii(Instant.ofEpochSecond(epochSecond, nano).toString());
            return;
        }
        plain(date, out);
        int second = (int) (epochSecond - day * SECONDS_PER_DAY);
        out.raw('T');
        out.digits(second / 3600, second / 60 % 60, second % 60, ':');
        if (nano != 0) {
            out.raw('.');
            if (nano % 1_000_000 == 0) {
                out.padded(nano / 1_000_000, 3);
            } else if (nano % 1_000 == 0) {
                out.padded(nano / 1_000, 6);
            } else {
                out.padded(nano, 9);
            }
        }
        out.raw('Z');
    }

    static void date(long epochDay, JsonOutput out) throws IOException {
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        if (isPlain(date)) {
            plain(date, out);
        } else {
            out.ascii(date.toString());
        }
    }

    private static boolean isPlain(LocalDate date) {
        return date.getYear() >= 0 && date.getYear() <= LAST_PLAIN_YEAR;
    }

    private static void plain(LocalDate date, JsonOutput out) throws IOException {
        out.twoDigits(date.getYear() / 100);
        out.digits(date.getYear() % 100, date.getMonthValue(), date.getDayOfMonth(), '-');
    }
}
