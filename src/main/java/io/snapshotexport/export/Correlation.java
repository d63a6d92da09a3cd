package io.snapshotexport.export;

import java.util.regex.Pattern;

/**
 * What ties together what different processes tell about one export. It travels beside the request and is no part of it: nothing that
 * happens to an export depends on it.
 *
 * @param requestId   the id of the HTTP request that asked for the export, or what a Kafka producer calls its own; null if there is none
 * @param traceparent the span under which that comes which follows, as W3C Trace Context writes it; null where nobody traces
 */
public record Correlation(String requestId, String traceparent) {

    public static final Correlation NONE = new Correlation(null, null);

    /** Of what both may be; neither can look like anything else in a log line. Longer ones need not even be decoded. */
    public static final int LONGEST = 64;

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    /** Version, trace, span and flags (W3C Trace Context, 3.2). Version ff and ids of nothing but zeros do not exist. */
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    public Correlation {
        if (requestId != null && !isRequestId(requestId)) {
            throw new IllegalArgumentException("a request id has 1 to 64 letters, digits, dots, underscores and hyphens");
        }
        if (traceparent != null && !isTraceparent(traceparent)) {
            throw new IllegalArgumentException("a traceparent is written as W3C Trace Context says");
        }
    }

    /** Of what somebody else has sent: takes what is well-formed, and passes over the rest. */
    public static Correlation ofStranger(String requestId, String traceparent) {
        return new Correlation(requestId != null && isRequestId(requestId) ? requestId : null,
                traceparent != null && isTraceparent(traceparent) ? traceparent : null);
    }

    public static boolean isRequestId(String text) {
        return REQUEST_ID.matcher(text).matches();
    }

    private static boolean isTraceparent(String text) {
        return TRACEPARENT.matcher(text).matches();
    }

    /** The same request, under another span; null for none. */
    public Correlation under(String otherTraceparent) {
        return new Correlation(requestId, otherTraceparent);
    }
}
