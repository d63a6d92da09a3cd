package io.snapshotexport.telemetry;

import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;
import java.util.function.Supplier;

/**
 * An attempt of an export from its beginning to its end on the thread that runs it: a span where traces are on, and the keys of every log
 * line that is written meanwhile. Belongs to that thread, but for {@link #lane}.
 */
public final class AttemptScope implements AutoCloseable {

    private final Spans spans;
    private final ExportId id;
    private final int attempt;
    private final String account;
    private final ActiveSpan span;
    private final Correlation correlation;
    private final LogKeys keys;

    /** @param taken what the request came with */
    public AttemptScope(Spans spans, ExportId id, int attempt, String account, Correlation taken) {
        this.spans = spans;
        this.id = id;
        this.attempt = attempt;
        this.account = account;
        this.span = spans.work("attempt", taken).export(id, attempt);
        this.correlation = span.of(taken);
        this.keys = LogKeys.of(id, account, correlation, attempt);
    }

    /** For what the attempt sends. */
    public Correlation correlation() {
        return correlation;
    }

    /** @param type what went wrong: a code of ours or the type of an exception */
    public void failed(String type) {
        span.failed(type);
    }

    /** Does the work of a lane, on the calling thread. */
    public <T> T lane(int lane, Supplier<T> work) {
        try (LogKeys here = LogKeys.of(id, account, correlation, attempt).lane(lane);
             ActiveSpan part = spans.work("lane", correlation).export(id, attempt).lane(lane)) {
            return run(part, work);
        }
    }

    /** Does another part of the work, on the thread of the attempt. */
    public <T> T part(String name, Supplier<T> work) {
        try (ActiveSpan part = spans.work(name, correlation).export(id, attempt)) {
            return run(part, work);
        }
    }

    private static <T> T run(ActiveSpan part, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            part.failed(e.getClass().getName());
            throw e;
        }
    }

    @Override
    public void close() {
        span.close();
        keys.close();
    }
}
