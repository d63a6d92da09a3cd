package io.snapshotexport.store;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import io.quarkus.panache.common.Parameters;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.messaging.ReportedExport;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;

/** The table {@code export}. Everything runs in the session or transaction of its caller. */
@ApplicationScoped
class ExportRepository implements PanacheRepositoryBase<ExportEntity, Long> {

    private static final String INSERT_MISSING = """
            insert into ExportEntity
                (id, account, database, collections, format, bucket, path, state, attempt, sequence, updatedAt)
            values
                (:id, :account, :database, :collections, :format, :bucket, :path, :state, :attempt, :sequence, :updatedAt)
            on conflict (id) do nothing""";

    /** Adds a Pending export; one that is there already, in whatever state, stays as it is. */
    Uni<Void> addMissing(Export pending) {
        return Panache.getSession().flatMap(session -> session.createMutationQuery(INSERT_MISSING)
                .setParameter("id", pending.id().value())
                .setParameter("account", pending.request().account())
                .setParameter("database", pending.request().database().toString())
                .setParameter("collections", pending.request().collections().toArray(String[]::new))
                .setParameter("format", pending.request().format().wireName())
                .setParameter("bucket", pending.request().destination().bucket())
                .setParameter("path", pending.request().destination().path())
                .setParameter("state", pending.state().wireName())
                .setParameter("attempt", pending.attempt())
                .setParameter("sequence", pending.sequence())
                .setParameter("updatedAt", pending.updatedAt())
                .executeUpdate()
                .replaceWithVoid());
    }

    /** Applies a report, adding the export if it is missing: the state log alone is enough to know it. */
    Uni<Void> apply(ReportedExport reported) {
        Export export = reported.export();
        return addMissing(Export.pending(export.id(), export.request()))
                .chain(() -> findById(export.id().value(), LockModeType.PESSIMISTIC_WRITE))
                .invoke(entity -> entity.accept(reported))
                // The next report of the batch may be about the same export.
                .chain(this::flush);
    }

    Uni<Optional<Export>> find(String account, ExportId id) {
        return find("id = ?1 and account = ?2", id.value(), account).firstResult()
                .map(entity -> Optional.ofNullable(entity).map(ExportEntity::toExport));
    }

    /** The states stand in the text because only then PostgreSQL takes the index that has nothing else. */
    Uni<Long> countUnfinished(String account) {
        return count("account = ?1 and state in ('Pending', 'InProgress')", account);
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
