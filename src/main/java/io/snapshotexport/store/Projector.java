package io.snapshotexport.store;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.Trail;
import io.snapshotexport.messaging.LogListener;
import io.snapshotexport.messaging.ReportedExport;
import io.snapshotexport.messaging.RequestedExport;
import io.snapshotexport.messaging.StateLog;
import io.snapshotexport.telemetry.ActiveSpan;
import io.snapshotexport.telemetry.Spans;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Copies the logs into the store: adds exports that are missing, because their API process died or because they came straight
 * through Kafka, and applies what workers report. Applying a record again changes nothing.
 */
@ApplicationScoped
class Projector implements LogListener {

    private static final Duration API_GRACE = Duration.ofMillis(300);

    private final ExportRepository exports;
    private final MissingExports missingExports;
    private final StoreSession session;
    private final StateLog stateLog;
    private final Spans spans;

    @Inject
    Projector(ExportRepository exports, MissingExports missingExports, StoreSession session, StateLog stateLog, Spans spans) {
        this.exports = exports;
        this.missingExports = missingExports;
        this.session = session;
        this.stateLog = stateLog;
        this.spans = spans;
    }

    /**
     * An API process that has published a request puts it into the store itself, a moment later. So what is missing gets that moment
     * first: two transactions that insert the same export would wait for each other, and a client with them.
     */
    @Override
    public Uni<Void> requested(List<RequestedExport> requests) {
        return session.read(() -> exports.unknown(requests)).call(unknown -> settle(requests, unknown)).flatMap(unknown -> unknown.isEmpty()
                ? Uni.createFrom().voidItem()
                : session.pause(API_GRACE).chain(() -> session.read(() -> exports.unknown(unknown))).chain(this::add));
    }

    private Uni<Void> settle(List<RequestedExport> requests, List<RequestedExport> unknown) {
        return StoreSession.patiently(() -> missingExports.settle(requests.stream().filter(request -> !unknown.contains(request)).toList()));
    }

    private Uni<Void> add(List<RequestedExport> missing) {
        if (missing.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return StoreSession.patiently(() -> missingExports.addRequested(missing))
                .chain(() -> inOneTransaction(missing, Comparator.comparing(RequestedExport::id), exports::noteQueued)).replaceWithVoid();
    }

    @Override
    public Uni<Void> reported(List<ReportedExport> reports) {
        // The state log alone is enough to know an export.
        return traced(reports, StoreSession.patiently(() -> missingExports.addReported(reports))
                .chain(() -> inOneTransaction(reports, Comparator.comparing(report -> report.export().id()),
                        report -> exports.apply(report).map(ended -> new Applied(report, ended))))
                .chain(this::repeatLastWords));
    }

    /**
     * A report that was taken.
     *
     * @param ended how the export had ended before
     */
    private record Applied(ReportedExport report, Optional<Export> ended) {
    }

    /**
     * The log keeps the last record of each export and forgets the others. A report that was long on its way and came after the end would be
     * all that is left, and who rebuilds the store from the log would run the export again, or believe in another end.
     */
    private Uni<Void> repeatLastWords(List<Applied> reports) {
        Map<ExportId, Applied> last = new LinkedHashMap<>();
        reports.forEach(applied -> last.put(applied.report().export().id(), applied));
        return Multi.createFrom().iterable(last.values()).filter(applied -> applied.ended().isPresent())
                .onItem().transformToUniAndConcatenate(late -> stateLog.publish(late.ended().get(), Trail.NONE, late.report().correlation()))
                .collect().last().replaceWithVoid();
    }

    /** Each report that changes a state has a span in its export's trace; a batch is one transaction, so theirs last equally long. */
    private Uni<Void> traced(List<ReportedExport> reports, Uni<Void> work) {
        return Uni.createFrom().deferred(() -> {
            List<ActiveSpan> projections = reports.stream().filter(report -> report.export().changesState())
                    .map(report -> spans.project(report.correlation()).export(report.export().id(), report.export().attempt())).toList();
            return work.onFailure().invoke(failure -> projections.forEach(span -> span.failed(failure.getClass().getName())))
                    .onTermination().invoke(() -> projections.forEach(ActiveSpan::close));
        });
    }

    /** Every transaction touches exports in the order of their ids, so that no two wait for each other. The sort keeps each export's order. */
    private <T, R> Uni<List<R>> inOneTransaction(List<T> batch, Comparator<T> byId, Function<T, Uni<R>> work) {
        List<T> ordered = batch.stream().sorted(byId).toList();
        return session.write(() -> Multi.createFrom().iterable(ordered)
                .onItem().transformToUniAndConcatenate(work::apply)
                .collect().asList());
    }
}
