package io.snapshotexport.store;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import io.quarkus.panache.common.Parameters;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.Trail;
import io.snapshotexport.messaging.QueuePlace;
import io.snapshotexport.messaging.ReportedExport;
import io.snapshotexport.messaging.RequestedExport;
import io.snapshotexport.messaging.TrailJson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table {@code export}. Everything runs in the session or transaction of its caller. */
@ApplicationScoped
class ExportRepository implements PanacheRepositoryBase<ExportEntity, Long> {

    /** As many as one look of the watchdog needs to take in: what runs is few, what waits longest is passed first. */
    private static final int MOST_UNFINISHED = 1_000;
    private static final double MILLIS_PER_SECOND = 1e3;

    private static final String UNFINISHED = """
            select id, attempt, sequence, queuedAttempt, queueRetries, queuePartition, queueOffset, handOuts from ExportEntity
            where state in ('Pending', 'InProgress') order by state, id""";

    /** By the index that holds nothing else. An attempt that was handed out and has not reported waits, whatever the one before did. */
    private static final String BACKLOG = """
            select count(*) filter (where state = 'Pending'), count(*) filter (where state = 'InProgress'),
                count(*) filter (where state = 'InProgress' and queued_attempt > attempt), min(id) filter (where state = 'Pending'),
                cast(extract(epoch from now()) as double precision),
                cast(extract(epoch from min(reported_at) filter (where state = 'InProgress' and queued_attempt > attempt)) as double precision)
            from export where state in ('Pending', 'InProgress')""";

    private static final String NOTE_TRAIL = """
            update export set trail = nullif(:trail, '') where id = :id and trail is distinct from nullif(:trail, '')""";

    /** Notes where an attempt waits for a worker, unless a later one has been met. */
    Uni<Void> noteQueued(RequestedExport requested) {
        return update("queuedAttempt = ?1, queueRetries = ?2, queuePartition = ?3, queueOffset = ?4 where id = ?5 and queuedAttempt < ?1",
                requested.attempt(), requested.place().retries(), requested.place().partition(), requested.place().offset(),
                requested.id().value()).replaceWithVoid();
    }

    /** Those that the store does not have, or does not know to be handed out so often. */
    Uni<List<RequestedExport>> unknown(List<RequestedExport> requested) {
        return Panache.getSession()
                .flatMap(session -> session.createQuery("select id, queuedAttempt from ExportEntity where id in :ids", Object[].class)
                        .setParameter("ids", requested.stream().map(one -> one.id().value()).toList()).getResultList())
                .map(rows -> rows.stream().collect(Collectors.toMap(row -> (Long) row[0], row -> (Integer) row[1])))
                .map(known -> requested.stream().filter(one -> known.getOrDefault(one.id().value(), 0) < one.attempt()).toList());
    }

    /** What has not ended: first what runs, then what has waited longest. Only what the watchdog looks at, because it looks often. */
    Uni<List<UnfinishedExport>> unfinished() {
        return Panache.getSession()
                .flatMap(session -> session.createQuery(UNFINISHED, Object[].class).setMaxResults(MOST_UNFINISHED).getResultList())
                .map(rows -> rows.stream().map(row -> new UnfinishedExport(new ExportId((Long) row[0]), (Integer) row[1], (Long) row[2],
                        (Integer) row[3], row[4] == null ? Optional.empty()
                                : Optional.of(new QueuePlace((Boolean) row[4], (Integer) row[5], (Long) row[6])), (Integer) row[7])).toList());
    }

    /** Whether the caller, of all who saw the export so, may hand it out again. */
    Uni<Boolean> decideHandOut(UnfinishedExport seen) {
        return update("handOuts = handOuts + 1 where id = ?1 and attempt = ?2 and sequence = ?3 and queuedAttempt = ?4 and handOuts = ?5"
                        + " and state in ('Pending', 'InProgress')", seen.id().value(), seen.attempt(),
                seen.sequence(), seen.queuedAttempt(), seen.handOuts()).map(updated -> updated == 1);
    }

    /**
     * Applies a report on an export that is there.
     *
     * @return how the export has ended, if it had before this report came, which says something else
     */
    Uni<Optional<Export>> apply(ReportedExport reported) {
        return findById(reported.export().id().value(), LockModeType.PESSIMISTIC_WRITE).flatMap(entity -> {
            if (!entity.accept(reported)) {
                Export known = entity.toExport();
                return Uni.createFrom().item(known.state().isTerminal() && !reported.export().isSamePointAs(known)
                        ? Optional.of(known) : Optional.empty());
            }
            // The next report of the batch may be about the same export.
            return flush().chain(() -> changesTrail(reported) ? noteTrail(reported) : Uni.createFrom().voidItem()).replaceWith(Optional.empty());
        });
    }

    /** An attempt's first report repeats what was known before. */
    private static boolean changesTrail(ReportedExport reported) {
        return reported.export().state().isTerminal() || !reported.trail().equals(Trail.NONE);
    }

    /** Not a field of the entity: it may be large, and nobody but the watchdog wants it. */
    private static Uni<Void> noteTrail(ReportedExport reported) {
        String trail = reported.trail().equals(Trail.NONE) ? "" : TrailJson.text(reported.trail());
        return Panache.getSession().flatMap(session -> session.createNativeQuery(NOTE_TRAIL)
                .setParameter("trail", trail)
                .setParameter("id", reported.export().id().value())
                .executeUpdate()
                .replaceWithVoid());
    }

    /** What the attempts of an export leave behind, as far as they have told. */
    Uni<Trail> trail(ExportId id) {
        return Panache.getSession().flatMap(session -> session.createNativeQuery("select trail from export where id = :id", String.class)
                        .setParameter("id", id.value()).getSingleResultOrNull())
                .map(trail -> trail == null ? Trail.NONE : TrailJson.parse(trail));
    }

    /** What the request of an export came with. Not in the entity either: only the watchdog wants it. */
    Uni<Correlation> correlation(ExportId id) {
        return Panache.getSession().flatMap(session -> session.createNativeQuery(
                        "select request_id, traceparent from export where id = :id", Object[].class)
                .setParameter("id", id.value()).getSingleResult())
                .map(row -> Correlation.ofStranger((String) row[0], (String) row[1]));
    }

    Uni<Optional<Export>> find(String account, ExportId id) {
        return find("id = ?1 and account = ?2", id.value(), account).firstResult()
                .map(entity -> Optional.ofNullable(entity).map(ExportEntity::toExport));
    }

    /** The states stand in the text because only then PostgreSQL takes the index that has nothing else. */
    Uni<Long> countUnfinished(String account) {
        return count("account = ?1 and state in ('Pending', 'InProgress')", account);
    }

    /** What waits and runs, of all accounts. */
    Uni<Backlog> backlog() {
        return Panache.getSession().flatMap(session -> session.createNativeQuery(BACKLOG, Object[].class).getSingleResult())
                .map(ExportRepository::backlog);
    }

    private static Backlog backlog(Object[] row) {
        double now = (Double) row[4];
        double oldestPending = row[3] == null ? now : new ExportId((Long) row[3]).createdAt().toEpochMilli() / MILLIS_PER_SECOND;
        double oldestRetry = row[5] == null ? now : (Double) row[5];
        return new Backlog((Long) row[0], (Long) row[1], (Long) row[0] + (Long) row[2],
                Math.max(0, now - Math.min(oldestPending, oldestRetry)));
    }

    /** One that is known to be there. */
    Uni<Export> get(ExportId id) {
        return findById(id.value()).map(ExportEntity::toExport);
    }

    /** Newest first. */
    Uni<List<Export>> list(String account, ExportFilter filter, int max) {
        StringBuilder where = new StringBuilder("account = :account");
        Parameters parameters = Parameters.with("account", account);
        if (!filter.states().isEmpty()) {
            where.append(" and state in :states");
            parameters.and("states", filter.states().stream().map(state -> state.wireName()).toList());
        }
        filter.database().ifPresent(database -> {
            where.append(" and database = :database");
            parameters.and("database", database);
        });
        filter.olderThan().ifPresent(id -> {
            where.append(" and id < :olderThan");
            parameters.and("olderThan", id.value());
        });
        return find(where.append(" order by id desc").toString(), parameters).page(Page.ofSize(max)).list()
                .map(entities -> entities.stream().map(ExportEntity::toExport).toList());
    }
}
