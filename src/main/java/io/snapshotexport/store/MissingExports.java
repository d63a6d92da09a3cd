package io.snapshotexport.store;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.messaging.QueuePlace;
import io.snapshotexport.messaging.ReportedExport;
import io.snapshotexport.messaging.RequestedExport;
import io.snapshotexport.telemetry.LogKeys;
import io.snapshotexport.telemetry.StateChange;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Adds Pending exports to the table {@code export}; one that is there already, in whatever state, stays as it is. Straight through the
 * driver: every export passes here while a client waits, and Hibernate translates such a statement anew each time it is executed.
 */
@ApplicationScoped
class MissingExports {

    private static final Logger LOG = Logger.getLogger(MissingExports.class);

    private static final String INSERT = """
            insert into export
                (id, account, database, collections, format, datafile_format, datafile_compression, bucket, path, state, attempt, sequence,
                 updated_at, queued_attempt, request_id, traceparent, queue_retries, queue_partition, queue_offset, hand_outs)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0)
            on conflict (id) do nothing""";

    /** The first export that comes under a claim has it. */
    private static final String SETTLE = "update idempotency_claim set export_id = $1 where mark = $2 and export_id is null";

    private final Pool pool;

    @Inject
    MissingExports(Pool pool) {
        this.pool = pool;
    }

    /** Adds what was requested and settles the claims of those that have one: both or nothing. */
    Uni<Void> addRequested(List<RequestedExport> requested) {
        List<Arrival> arrivals = requested.stream().sorted(Comparator.comparing(RequestedExport::id)).map(Arrival::of).toList();
        List<Tuple> rows = arrivals.stream().map(Arrival::row).toList();
        List<Tuple> claims = claims(requested);
        // One batch is one transaction by itself.
        Uni<RowSet<Row>> added = claims.isEmpty()
                ? pool.preparedQuery(INSERT).executeBatch(rows)
                : pool.withTransaction(connection -> insertAndSettle(connection, rows, claims));
        return added.invoke(answers -> sayNew(arrivals, answers)).replaceWithVoid();
    }

    /** Settles the claims of exports that are there, because the store was told of them by something else than their request. */
    Uni<Void> settle(List<RequestedExport> requested) {
        List<Tuple> claims = claims(requested);
        return claims.isEmpty() ? Uni.createFrom().voidItem() : pool.preparedQuery(SETTLE).executeBatch(claims).replaceWithVoid();
    }

    private static List<Tuple> claims(List<RequestedExport> requested) {
        return requested.stream().filter(request -> request.idempotency().isPresent())
                .map(request -> Tuple.of(request.id().value(), request.idempotency().get())).toList();
    }

    private static Uni<RowSet<Row>> insertAndSettle(SqlConnection connection, List<Tuple> rows, List<Tuple> claims) {
        return connection.preparedQuery(INSERT).executeBatch(rows)
                .call(() -> connection.preparedQuery(SETTLE).executeBatch(claims));
    }

    /** Adds what was reported on, as it was before the first report, without a place in the queue. */
    Uni<Void> addReported(List<ReportedExport> reported) {
        List<Arrival> arrivals = reported.stream().sorted(Comparator.comparing(report -> report.export().id())).map(Arrival::of).toList();
        return pool.preparedQuery(INSERT).executeBatch(arrivals.stream().map(Arrival::row).toList())
                .invoke(answers -> sayNew(arrivals, answers)).replaceWithVoid();
    }

    /** Whoever adds an export says so, so that it is said once: the API that has published it, or one that reads of it in the log. */
    private static void sayNew(List<Arrival> arrivals, RowSet<Row> answers) {
        RowSet<Row> answer = answers;
        for (Arrival arrival : arrivals) {
            if (answer.rowCount() == 1) {
                arrival.say();
            }
            answer = answer.next();
        }
    }

    /**
     * An export that may be new.
     *
     * @param place nothing where only a report tells of it
     */
    private record Arrival(Export pending, Correlation correlation, int queuedAttempt, Optional<QueuePlace> place) {

        static Arrival of(RequestedExport requested) {
            return new Arrival(Export.pending(requested.id(), requested.request()), requested.correlation(), requested.attempt(),
                    Optional.of(requested.place()));
        }

        static Arrival of(ReportedExport reported) {
            return new Arrival(Export.pending(reported.export().id(), reported.export().request()), reported.correlation(), 0, Optional.empty());
        }

        Tuple row() {
            return MissingExports.row(pending, queuedAttempt)
                    .addString(correlation.requestId())
                    .addString(correlation.traceparent())
                    .addValue(place.map(QueuePlace::retries).orElse(null))
                    .addValue(place.map(QueuePlace::partition).orElse(null))
                    .addValue(place.map(QueuePlace::offset).orElse(null));
        }

        void say() {
            try (LogKeys keys = LogKeys.of(pending.id(), pending.request().account(), correlation)) {
                StateChange.PENDING.info(LOG, "export accepted exportId=%s account=%s database=%s",
                        pending.id(), pending.request().account(), pending.request().database());
            }
        }
    }

    private static Tuple row(Export pending, int queuedAttempt) {
        ExportRequest request = pending.request();
        return Tuple.tuple()
                .addLong(pending.id().value())
                .addString(request.account())
                .addString(request.database().toString())
                .addArrayOfString(request.collections().toArray(String[]::new))
                .addString(request.format().wireName())
                .addString(request.datafiles().format().wireName())
                .addBoolean(request.datafiles().compression())
                .addString(request.destination().bucket())
                .addString(request.destination().path())
                .addString(pending.state().wireName())
                .addInteger(pending.attempt())
                .addLong(pending.sequence())
                .addOffsetDateTime(pending.updatedAt().atOffset(ZoneOffset.UTC))
                .addInteger(queuedAttempt);
    }
}
