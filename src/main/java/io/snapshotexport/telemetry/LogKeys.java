package io.snapshotexport.telemetry;

import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.MDC;

/**
 * The keys that log lines have beside their text, as fields of their own where lines are JSON. {@code deploy/LOGS.md} lists them. From its
 * making until it is closed, on the thread or Vert.x context that made it, where no callback may come between.
 */
public final class LogKeys implements AutoCloseable {

    public static final String EXPORT_ID = "exportId";
    public static final String REQUEST_ID = "requestId";
    public static final String ACCOUNT = "account";
    public static final String ATTEMPT = "attempt";
    public static final String LANE = "lane";
    public static final String STATE = "state";
    /** The framework's name for it, which it gives to the lines of HTTP requests. */
    public static final String TRACE_ID = "traceId";

    private final Map<String, Object> before = new HashMap<>();

    private LogKeys() {
    }

    /** One more key. */
    static LogKeys with(String key, Object value) {
        LogKeys keys = new LogKeys();
        keys.set(key, value);
        return keys;
    }

    /** None: for making threads that outlive what the caller works on, for threads inherit their maker's. */
    public static LogKeys none() {
        LogKeys keys = new LogKeys();
        List.of(EXPORT_ID, REQUEST_ID, ACCOUNT, ATTEMPT, LANE, STATE, TRACE_ID).forEach(key -> keys.set(key, null));
        return keys;
    }

    /** An export; whatever was said of another one before is not said of this one. */
    public static LogKeys of(ExportId id, String account, Correlation correlation) {
        LogKeys keys = with(EXPORT_ID, id);
        keys.set(ACCOUNT, account);
        keys.set(REQUEST_ID, correlation.requestId());
        keys.set(TRACE_ID, correlation.traceparent() == null ? null : correlation.traceparent().split("-")[1]);
        keys.set(ATTEMPT, null);
        keys.set(LANE, null);
        return keys;
    }

    /** An attempt of an export. */
    public static LogKeys of(ExportId id, String account, Correlation correlation, int attempt) {
        LogKeys keys = of(id, account, correlation);
        keys.set(ATTEMPT, attempt);
        return keys;
    }

    /** The export that the line is about, where the others are known already. */
    public static LogKeys export(String id) {
        return with(EXPORT_ID, id);
    }

    /** Another attempt than the one that speaks. */
    public static LogKeys attempt(int attempt) {
        return with(ATTEMPT, attempt);
    }

    LogKeys lane(int lane) {
        set(LANE, lane);
        return this;
    }

    private void set(String key, Object value) {
        if (!before.containsKey(key)) {
            before.put(key, MDC.get(key));
        }
        put(key, value);
    }

    private static void put(String key, Object value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value.toString());
        }
    }

    @Override
    public void close() {
        before.forEach(LogKeys::put);
    }
}
