package io.snapshotexport.ops;

import io.quarkus.logging.LoggingFilter;
import io.snapshotexport.export.PlainText;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Makes {@link PlainText} of every message before a handler formats it, whoever logs it and whether as a line or as JSON: servers repeat in
 * their errors what users have sent, and drivers the URLs they were given. It drops nothing. Named in {@code quarkus.log.*.filter}.
 */
@LoggingFilter(name = "plain-text")
public final class PlainLogRecords implements Filter {

    @Override
    public boolean isLoggable(LogRecord record) {
        if (record.getMessage() != null) {
            String message = record instanceof ExtLogRecord formatted ? formatted.getFormattedMessage() : record.getMessage();
            String plain = PlainText.of(message);
            if (!plain.equals(message)) {
                replace(record, plain);
            }
        }
        if (record.getThrown() != null) {
            record.setThrown(PlainThrowable.of(record.getThrown()));
        }
        return true;
    }

    private static void replace(LogRecord record, String plain) {
        if (record instanceof ExtLogRecord formatted) {
            formatted.setMessage(plain, ExtLogRecord.FormatStyle.NO_FORMAT);
        } else {
            record.setMessage(plain);
            record.setParameters(null);
        }
    }
}
