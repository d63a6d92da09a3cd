package io.snapshotexport.system;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is written to the audit log while it is open. */
final class AuditLines extends Handler {

    private static final Logger AUDIT = Logger.getLogger("audit");

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private AuditLines() {
    }

    static AuditLines open() {
        AuditLines lines = new AuditLines();
        AUDIT.addHandler(lines);
        return lines;
    }

    List<String> of(String requestId) {
        return lines.stream().filter(line -> line.endsWith(" requestId=" + requestId)).toList();
    }

    List<String> all() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord record) {
        lines.add(record.getMessage());
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        AUDIT.removeHandler(this);
    }
}
