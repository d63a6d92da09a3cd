package io.snapshotexport.store;

import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.messaging.RequestedExport;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Exports as the API sees them. Every call fails with {@link StoreUnavailableException} when PostgreSQL stays away. */
@ApplicationScoped
public class ExportStore {

    private final ExportRepository exports;
    private final MissingExports missing;
    private final StoreSession session;

    @Inject
    ExportStore(ExportRepository exports, MissingExports missing, StoreSession session) {
        this.exports = exports;
        this.missing = missing;
        this.session = session;
    }

    /**
     * Adds an export that was just published, and settles its claim if it has one; unless the projector was quicker.
     */
    public Uni<Void> add(RequestedExport published) {
        return StoreSession.patiently(() -> missing.addRequested(List.of(published)));
    }

    /** The account's export with that id; nothing if there is none or it is another account's. */
    public Uni<Optional<Export>> find(String account, ExportId id) {
        return session.read(() -> exports.find(account, id));
    }

    /** The account's exports, newest first, at most {@code max}. */
    public Uni<List<Export>> list(String account, ExportFilter filter, int max) {
        return session.read(() -> exports.list(account, filter, max));
    }

    /** What waits and runs, of all accounts. */
    public Uni<Backlog> backlog() {
        return session.read(exports::backlog);
    }

    /** How many of the account's exports are Pending or InProgress. */
    public Uni<Long> countUnfinished(String account) {
        return session.read(() -> exports.countUnfinished(account));
    }
}
