package io.snapshotexport.source.postgres;

import java.time.LocalDate;

/** Times and dates as the server writes them in the styles of {@link Connections} (PostgreSQL's source, {@code datetime.c}). Not thread-safe. */
final class TimeForms {

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
    private static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
    private static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
    private static final long POSTGRES_EPOCH_DAYS = 10_957;
    private static final int FRACTION_DIGITS = 6;
    private static final int MONTHS_PER_YEAR = 12;

    private final AsciiText out;

    TimeForms(AsciiText out) {
        this.out = out;
    }

    void time(long micros) {
        out.digits(micros / MICROS_PER_HOUR, 2);
        out.append(':');
        out.digits(micros / MICROS_PER_MINUTE % 60, 2);
        out.append(':');
        seconds(micros % MICROS_PER_MINUTE);
    }

    /** Without the zeros at the end of the fraction. */
    private void seconds(long micros) {
        out.digits(micros / MICROS_PER_SECOND, 2);
        long fraction = micros % MICROS_PER_SECOND;
        if (fraction != 0) {
            out.append('.');
            out.digits(fraction, FRACTION_DIGITS);
            out.dropTrailingZeros();
        }
    }

    /** @param west seconds that the zone is west of UTC */
    void timetz(long micros, int west) {
        time(micros);
        out.append(west <= 0 ? '+' : '-');
        int offset = Math.abs(west);
        out.digits(offset / 3600, 2);
        if (offset % 3600 != 0) {
            out.append(':');
            out.digits(offset / 60 % 60, 2);
        }
        if (offset % 60 != 0) {
            out.append(':');
            out.digits(offset % 60, 2);
        }
    }

    /** The infinite ones are those of PostgreSQL 17; an upgrade makes them of what older servers have there, and show as numbers. */
    void interval(long micros, int days, int months) {
        if (micros == Long.MAX_VALUE && days == Integer.MAX_VALUE && months == Integer.MAX_VALUE) {
            out.append("infinity");
        } else if (micros == Long.MIN_VALUE && days == Integer.MIN_VALUE && months == Integer.MIN_VALUE) {
            out.append("-infinity");
        } else {
            boolean negative = unit(months / MONTHS_PER_YEAR, "year", false);
            negative = unit(months % MONTHS_PER_YEAR, "mon", negative);
            negative = unit(days, "day", negative);
            if (micros != 0 || out.length() == 0) {
                clock(micros, negative);
            }
        }
    }

    /**
     * Nothing for 0.
     *
     * @param afterNegative whether the unit before this is negative: then a positive one has a sign
     * @return whether this one is, or, without one, that before
     */
    private boolean unit(int value, String name, boolean afterNegative) {
        if (value == 0) {
            return afterNegative;
        }
        if (out.length() > 0) {
            out.append(' ');
        }
        if (afterNegative && value > 0) {
            out.append('+');
        }
        out.integer(value);
        out.append(' ');
        out.append(name);
        if (value != 1) {
            out.append('s');
        }
        return value < 0;
    }

    private void clock(long micros, boolean afterNegative) {
        if (out.length() > 0) {
            out.append(' ');
        }
        if (micros < 0) {
            out.append('-');
        } else if (afterNegative) {
            out.append('+');
        }
        out.digits(Math.abs(micros / MICROS_PER_HOUR), 2);
        out.append(':');
        out.digits(Math.abs(micros / MICROS_PER_MINUTE % 60), 2);
        out.append(':');
        seconds(Math.abs(micros % MICROS_PER_MINUTE));
    }

    void date(int days) {
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            out.append(days > 0 ? "infinity" : "-infinity");
        } else {
            era(day(days));
        }
    }

    /** @param zone behind the time */
    void timestamp(long micros, String zone) {
        if (BinaryDecoders.isInfinite(micros)) {
            out.append(micros > 0 ? "infinity" : "-infinity");
            return;
        }
        int year = day(Math.floorDiv(micros, MICROS_PER_DAY));
        out.append(' ');
        time(Math.floorMod(micros, MICROS_PER_DAY));
        out.append(zone);
        era(year);
    }

    /** @return its year, as ISO 8601 counts: there is a year 0 */
    private int day(long days) {
        LocalDate date = LocalDate.ofEpochDay(days + POSTGRES_EPOCH_DAYS);
        out.digits(date.getYear() > 0 ? date.getYear() : 1 - date.getYear(), 4);
        out.append('-');
        out.digits(date.getMonthValue(), 2);
        out.append('-');
        out.digits(date.getDayOfMonth(), 2);
        return date.getYear();
    }

    private void era(int year) {
        if (year <= 0) {
            out.append(" BC");
        }
    }
}
