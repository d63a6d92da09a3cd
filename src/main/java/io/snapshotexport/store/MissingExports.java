package io.snapshotexport.store;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.messaging.ReportedExport;
import io.snapshotexport.messaging.RequestedExport;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;

/**
 * Adds Pending exports to the table {@code export}; one that is there already, in whatever state, stays as it is. Straight through the
 * driver: every export passes here while a client waits, and Hibernate translates such a statement anew each time it is executed.
 */
@ApplicationScoped
class MissingExports {

    private static final String INSERT = """
            insert into export
                (id, account, database, collections, format, datafile_format, datafile_compression, bucket, path, state, attempt, sequence,
                 updated_at, queued_attempt, queue_retries, queue_partition, queue_offset, hand_outs)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0)
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
        List<Tuple> rows = requested.stream().sorted(Comparator.comparing(RequestedExport::id)).map(MissingExports::row).toList();
        List<Tuple> claims = requested.stream().filter(request -> request.idempotency().isPresent())
                .map(request -> Tuple.of(request.id().value(), request.idempotency().get())).toList();
        // One batch is one transaction by itself.
        return claims.isEmpty()
                ? pool.preparedQuery(INSERT).executeBatch(rows).replaceWithVoid()
                : pool.withTransaction(connection -> insertAndSettle(connection, rows, claims));
    }

    private static Uni<Void> insertAndSettle(SqlConnection connection, List<Tuple> rows, List<Tuple> claims) {
        return connection.preparedQuery(INSERT).executeBatch(rows)
                .chain(() -> connection.preparedQuery(SETTLE).executeBatch(claims)).replaceWithVoid();
    }

    /** Adds what was reported on, as it was before the first report, without a place in the queue. */
    Uni<Void> addReported(List<ReportedExport> reported) {
        List<Tuple> rows = reported.stream().map(ReportedExport::export).sorted(Comparator.comparing(Export::id))
                .map(export -> row(Export.pending(export.id(), export.request()), 0).addValue(null).addValue(null).addValue(null)).toList();
        return pool.preparedQuery(INSERT).executeBatch(rows).replaceWithVoid();
    }

    private static Tuple row(RequestedExport requested) {
        return row(Export.pending(requested.id(), requested.request()), requested.attempt())
                .addBoolean(requested.place().retries())
                .addInteger(requested.place().partition())
                .addLong(requested.place().offset());
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
