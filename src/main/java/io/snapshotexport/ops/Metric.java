package io.snapshotexport.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a process tells at {@code /q/metrics}. Names and units stand here and nowhere else; {@code deploy/METRICS.md} is the same for people,
 * and a test holds the two together.
 */
enum Metric {

    UNFINISHED("unfinished", "exports", "Exports that have not ended"),
    WAITING("waiting", "exports", "Exports whose next attempt no worker has begun, retries included"),
    QUEUE_AGE("queue.age", "seconds", "How long the oldest of the waiting exports has waited; 0 if none waits"),
    PROJECTOR_LAG("projector.lag", "records", "Records of a topic that the store does not know yet"),
    PROJECTOR_BEHIND("projector.behind", "seconds", "How long there has been a record in the topic that the store does not know; 0 if it knows all"),
    HAND_OUTS("watchdog.handouts", null, "Exports handed out again because nothing was heard of their attempt"),
    HTTP_REQUESTS("http.requests", null, "Requests to the API, without health and metrics"),

    ENDED("ended", "exports", "Exports that ended, counted where their last report was written"),

    SLOTS("worker", "slots", "Exports that the process can run side by side"),
    ATTEMPTS_STARTED("attempts.started", null, "Attempts that began"),
    ATTEMPTS("attempts", null, "Attempts that ended, and how long they took"),
    START_DELAY("start.delay", null, "From the acceptance of an export to the beginning of its first attempt"),
    DOCUMENTS("documents", "documents", "Documents written, by attempts that came to nothing as well"),
    BYTES("bytes", "bytes", "Bytes of collection files written, before compression, by attempts that came to nothing as well"),
    FILES("files", "files", "Collection files begun, by attempts that came to nothing as well"),
    LANES("lanes", null, "Lanes that ended, and how long they took"),
    LEASE_RENEWALS("lease.renewals", null, "Reports of running attempts, each of which renews the lease if Kafka acknowledges it"),
    SNAPSHOT_AGE("source.snapshot.age", "seconds", "The age of the oldest snapshot that the process holds open in a source; 0 if it holds none"),
    S3_REQUESTS("s3.requests", null, "Requests to S3 with all their tries"),
    S3_RETRIES("s3.retries", null, "Requests to S3 sent again after an error that may pass"),
    UPLOADS_ABORTED("s3.uploads.aborted", null, "Multipart uploads that were aborted"),
    UPLOADS_LEFT_OPEN("s3.uploads.left.open", null, "Multipart uploads that the bucket would not abort; their parts cost storage"),
    FILES_EMPTIED("stale.files.emptied", null,
            "Collection files overwritten with ones without documents, because an attempt that came to nothing may have written them");

    private static final String PREFIX = "snapshot.export.";

    private final String meterName;
    private final String unit;
    private final String description;

    /** @param unit null for counters of events, and for timers, which are in seconds */
    Metric(String name, String unit, String description) {
        this.meterName = PREFIX + name;
        this.unit = unit;
        this.description = description;
    }

    /** An enumeration's value as a label: the outcomes of this service are words in lower case. */
    static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** @param from kept from the garbage collector by its owner */
    <T> void count(MeterRegistry registry, T from, ToDoubleFunction<T> value) {
        FunctionCounter.builder(meterName, from, value).baseUnit(unit).description(description).register(registry);
    }

    Counter counter(MeterRegistry registry, String... labels) {
        return Counter.builder(meterName).baseUnit(unit).description(description).tags(labels).register(registry);
    }

    <T> void gauge(MeterRegistry registry, T from, ToDoubleFunction<T> value, String... labels) {
        Gauge.builder(meterName, from, value).baseUnit(unit).description(description).tags(labels).strongReference(true).register(registry);
    }

    Timer timer(MeterRegistry registry, String... labels) {
        return Timer.builder(meterName).description(description).tags(Tags.of(labels)).register(registry);
    }

    /** A timer that also counts how many were no longer than each of the bounds. */
    Timer histogram(MeterRegistry registry, Duration[] bounds, String... labels) {
        return Timer.builder(meterName).description(description).tags(Tags.of(labels)).serviceLevelObjectives(bounds).register(registry);
    }
}
