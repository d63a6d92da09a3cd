package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.local.OtlpReceiver.Span;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** What processes with JSON logs and traces tell of an export, and what they must. */
record ExportTelemetry(List<ServiceProcess> processes, OtlpReceiver traces) {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Set<String> ATTRIBUTES = Set.of("snapshot_export.export.id", "snapshot_export.attempt", "snapshot_export.lane",
            "messaging.system", "messaging.operation.name", "messaging.operation.type", "messaging.destination.name",
            "messaging.destination.partition.id", "messaging.kafka.offset", "error.type");

    /**
     * The API says Pending once, when it has put the export into the store: a quick worker may have begun before.
     *
     * @param changes each other change of state in order, with the attempt that it is about
     */
    void logTellsOf(String id, String requestId, String... changes) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            List<JsonLog.Line> lines = JsonLog.lines(processes);
            List<JsonLog.Line> about = lines.stream().filter(line -> line.message().contains(id) || id.equals(line.key("exportId"))).toList();
            assertThat(about).isNotEmpty().allSatisfy(line -> {
                assertThat(line.key("exportId")).as("%s", line).isEqualTo(id);
                assertThat(line.key("requestId")).as("%s", line).isEqualTo(requestId);
                assertThat(line.key("account")).as("%s", line).isEqualTo("default");
                if (!line.process().equals("api")) {
                    assertThat(line.key("attempt")).as("%s", line).matches("[1-9]");
                }
            });
            List<JsonLog.Line> told = lines.stream().filter(line -> id.equals(line.key("exportId")) && line.key("state") != null)
                    .sorted(Comparator.comparing(line -> OffsetDateTime.parse(line.at()))).toList();
            assertThat(told).filteredOn(line -> line.key("attempt") == null).extracting(line -> line.key("state")).containsExactly("Pending");
            assertThat(told).filteredOn(line -> line.key("attempt") != null)
                    .extracting(line -> line.key("state") + " " + line.key("attempt")).containsExactly(changes);
        });
    }

    /** Three attempts, the second of which was killed, so that its own span never ended; the projection tells of it all the same. */
    void oneTraceLeadsFrom(String clientSpan, String traceId, String exportId) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            Span post = child(traceId, clientSpan, "POST /v2/exports");
            Span request = child(traceId, post.id(), "send export-requests");
            Span taken = child(traceId, request.id(), "receive export-requests");
            Span first = child(traceId, taken.id(), "attempt");
            assertThat(children(traceId, first.id(), "lane")).extracting(span -> span.attributes().get("snapshot_export.lane"))
                    .containsExactlyInAnyOrder("0", "1");
            child(traceId, first.id(), "projection");
            assertThat(first.attributes()).containsEntry("error.type", "java.util.concurrent.CancellationException");
            Span second = child(traceId, child(traceId, first.id(), "send export-retries").id(), "receive export-retries");
            assertThat(second.attributes()).containsEntry("snapshot_export.attempt", "2");
            // The watchdog knows what the store was told first: the request, or, if the worker was very quick, its first report.
            Span missed = traces.trace(traceId).stream().filter(span -> span.name().equals("send export-retries")
                    && "3".equals(span.attributes().get("snapshot_export.attempt"))).findFirst().orElseThrow(AssertionError::new);
            assertThat(missed.parent()).isIn(request.id(), first.id());
            Span third = child(traceId, child(traceId, missed.id(), "receive export-retries").id(), "attempt");
            assertThat(children(traceId, third.id(), "lane")).hasSize(2);
            child(traceId, third.id(), "manifest");
            assertThat(children(traceId, third.id(), "projection")).hasSizeGreaterThanOrEqualTo(2);
            assertThat(third.attributes()).containsEntry("snapshot_export.attempt", "3").doesNotContainKey("error.type");
            assertThat(request.kind()).isEqualTo(4);
            assertThat(taken.kind()).isEqualTo(5);
        });
        assertThat(traces.trace(traceId)).filteredOn(span -> span.kind() != 2).allSatisfy(span -> {
            assertThat(span.attributes().keySet()).as("%s", span).isSubsetOf(ATTRIBUTES);
            assertThat(span.attributes()).containsEntry("snapshot_export.export.id", exportId);
        });
        tracesOf(exportId, Set.of(traceId));
    }

    /** Nobody has begun one before. */
    void aTraceBeginsWithTheWorker(String exportId) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(traces.all())
                .filteredOn(span -> exportId.equals(span.attributes().get("snapshot_export.export.id")) && span.parent().isEmpty())
                .extracting(Span::name).containsExactly("receive export-requests"));
    }

    void tracesOf(String exportId, Set<String> traceIds) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(traces.all().stream()
                .filter(span -> exportId.equals(span.attributes().get("snapshot_export.export.id"))).map(Span::traceId).collect(Collectors.toSet()))
                .isEqualTo(traceIds));
    }

    private Span child(String traceId, String parent, String name) {
        List<Span> children = children(traceId, parent, name);
        assertThat(children).as("%s below %s in %s", name, parent, traces.trace(traceId)).isNotEmpty();
        return children.get(0);
    }

    private List<Span> children(String traceId, String parent, String name) {
        return traces.trace(traceId).stream().filter(span -> span.parent().equals(parent) && span.name().equals(name)).toList();
    }
}
