package io.snapshotexport.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.ExportId;

/**
 * A span from its beginning until it is closed, by whatever thread; nothing at all where traces are off. It says which export, which
 * attempt, which lane, and never more: no message, no name of a collection, no value. Thread-safe.
 */
public final class ActiveSpan implements AutoCloseable {

    static final ActiveSpan NONE = new ActiveSpan(null);

    private final Span span;

    ActiveSpan(Span span) {
        this.span = span;
    }

    public ActiveSpan export(ExportId id, int attempt) {
        if (span != null) {
            span.setAttribute("snapshot_export.export.id", id.toString()).setAttribute("snapshot_export.attempt", attempt);
        }
        return this;
    }

    ActiveSpan lane(int lane) {
        if (span != null) {
            span.setAttribute("snapshot_export.lane", lane);
        }
        return this;
    }

    /** What was sent or taken lies there. */
    public ActiveSpan place(int partition, long offset) {
        if (span != null) {
            span.setAttribute("messaging.destination.partition.id", Integer.toString(partition)).setAttribute("messaging.kafka.offset", offset);
        }
        return this;
    }

    /** @param type what went wrong: a code of ours or the type of an exception */
    public void failed(String type) {
        if (span != null) {
            span.setStatus(StatusCode.ERROR).setAttribute("error.type", type);
        }
    }

    /** The same request, for what follows from this span; without one, where traces are off. */
    public Correlation of(Correlation request) {
        return request.under(span == null ? null : Spans.traceparent(span));
    }

    @Override
    public void close() {
        if (span != null) {
            span.end();
        }
    }
}
