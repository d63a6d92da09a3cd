package io.snapshotexport.messaging;

import io.snapshotexport.export.Correlation;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** A {@link Correlation} as the two headers that it is on a record; either is absent where there is nothing to tell. */
final class CorrelationHeaders {

    private static final String REQUEST_ID = "request-id";
    private static final String TRACEPARENT = "traceparent";

    private CorrelationHeaders() {
    }

    static void write(Headers headers, Correlation correlation) {
        put(headers, REQUEST_ID, correlation.requestId());
        put(headers, TRACEPARENT, correlation.traceparent());
    }

    private static void put(Headers headers, String name, String value) {
        if (value != null) {
            headers.add(name, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Anybody may have written them: what is not well-formed is passed over. */
    static Correlation read(Headers headers) {
        return Correlation.ofStranger(text(headers, REQUEST_ID), text(headers, TRACEPARENT));
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null || header.value().length > Correlation.LONGEST ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
