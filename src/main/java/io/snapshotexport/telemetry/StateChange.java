package io.snapshotexport.telemetry;

import org.jboss.logging.Logger;

/**
 * What happens to an export, as log lines tell it: one line a change, by the process in which it happens, with the change under the key
 * {@link LogKeys#STATE}. The text of the line begins with the export's id and attempt as well, for those who read it as text.
 */
public enum StateChange {

    PENDING("Pending"),
    IN_PROGRESS("InProgress"),
    /** Not the export: it is tried again, or the next line says that it is not. */
    ATTEMPT_FAILED("AttemptFailed"),
    /** To the next attempt. */
    HANDED_ON("HandedOn"),
    COMPLETE("Complete"),
    FAILED("Failed");

    private final String value;

    StateChange(String value) {
        this.value = value;
    }

    public String value() {
        return value;
    }

    public void info(Logger log, String format, Object... values) {
        log(log, Logger.Level.INFO, format, values);
    }

    public void warn(Logger log, String format, Object... values) {
        log(log, Logger.Level.WARN, format, values);
    }

    private void log(Logger log, Logger.Level level, String format, Object... values) {
        try (LogKeys state = LogKeys.with(LogKeys.STATE, value)) {
            log.logf(level, format, values);
        }
    }
}
