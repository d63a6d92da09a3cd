package io.snapshotexport.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.snapshotexport.export.Correlation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Begins the spans that the service has beside those of its HTTP server. Where traces are off, which is the default, nothing is begun,
 * and nothing that a stranger has sent is passed on. Thread-safe.
 */
@ApplicationScoped
public class Spans {

    private static final String TRACEPARENT = "traceparent";
    private static final TextMapGetter<Map<String, String>> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public String get(Map<String, String> carrier, String key) {
            return carrier.get(key);
        }
    };

    /** Null where traces are off. */
    private final Tracer tracer;

    @Inject
    public Spans(OpenTelemetry telemetry, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off) {
        this.tracer = off ? null : telemetry.getTracer("io.snapshotexport");
    }

    /** Sends a record: under the span that the caller's Vert.x context or thread is in, if any. */
    public ActiveSpan sendHere(String topic) {
        return tracer == null ? ActiveSpan.NONE : message(topic, "send", SpanKind.PRODUCER, Context.current());
    }

    /** Sends a record. */
    public ActiveSpan send(String topic, Correlation under) {
        return tracer == null ? ActiveSpan.NONE : message(topic, "send", SpanKind.PRODUCER, context(under));
    }

    /** Takes a record that was sent with that correlation. */
    public ActiveSpan receive(String topic, Correlation sent) {
        return tracer == null ? ActiveSpan.NONE : message(topic, "receive", SpanKind.CONSUMER, context(sent));
    }

    /** Brings what was reported with that correlation into the store. */
    public ActiveSpan project(Correlation reported) {
        return work("projection", reported);
    }

    /** Works inside of this process. */
    ActiveSpan work(String name, Correlation under) {
        return tracer == null ? ActiveSpan.NONE : start(tracer.spanBuilder(name), context(under));
    }

    /** Named and described as the semantic conventions for messaging and for Kafka have it. */
    private ActiveSpan message(String topic, String operation, SpanKind kind, Context parent) {
        return start(tracer.spanBuilder(operation + " " + topic).setSpanKind(kind)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.operation.name", operation)
                .setAttribute("messaging.operation.type", operation)
                .setAttribute("messaging.destination.name", topic), parent);
    }

    private static ActiveSpan start(SpanBuilder builder, Context parent) {
        return new ActiveSpan(builder.setParent(parent).startSpan());
    }

    private static Context context(Correlation under) {
        return under.traceparent() == null ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), Map.of(TRACEPARENT, under.traceparent()), GETTER);
    }

    /** What others may begin their spans under. */
    static String traceparent(Span span) {
        return String.join("-", List.of("00", span.getSpanContext().getTraceId(), span.getSpanContext().getSpanId(),
                span.getSpanContext().getTraceFlags().asHex()));
    }
}
