package io.snapshotexport.store;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.ExportId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;

/**
 * Which request came first under an idempotency key. Whoever holds the claim publishes; the projector settles the claim of an
 * API process that died between publishing and storing, by the mark that the record carries.
 */
@ApplicationScoped
public class IdempotencyClaims {

    /** How long a key is remembered. */
    static final Duration KEPT = Duration.ofHours(24);
    /** After this a claim without an export was left by a process that died before publishing: publishing takes less. */
    static final Duration ABANDONED = Duration.ofSeconds(15);

    private static final Duration UNDECIDED_PAUSE = Duration.ofMillis(100);
    private static final int UNDECIDED_CHECKS = 80;

    private static final String INSERT_MISSING = """
            insert into IdempotencyClaimEntity (mark, fingerprint, claimedAt) values (:mark, :fingerprint, :claimedAt)
            on conflict (mark) do nothing""";

    private final Rows rows;
    private final StoreSession session;

    @Inject
    IdempotencyClaims(Rows rows, StoreSession session) {
        this.rows = rows;
        this.session = session;
    }

    /** What became of a claim. */
    public sealed interface Outcome {
        /** It is the first: publish, then settle. */
        record Granted() implements Outcome {
        }

        /** It was published before, as this export. */
        record Settled(ExportId id) implements Outcome {
        }

        /** The key belongs to another request. */
        record OtherRequest() implements Outcome {
        }

        /** The first request under the key has not got its id yet. */
        record Undecided() implements Outcome {
        }
    }

    /**
     * Claims a key; waits some seconds for a first request that is still on its way to the log.
     *
     * @param mark        a hash of account and key
     * @param fingerprint a hash of the request
     */
    public Uni<Outcome> claim(String mark, String fingerprint) {
        return claim(mark, fingerprint, UNDECIDED_CHECKS);
    }

    private Uni<Outcome> claim(String mark, String fingerprint, int checks) {
        return claim(mark, fingerprint, Instant.now()).flatMap(outcome -> outcome instanceof Outcome.Undecided && checks > 1
                ? session.pause(UNDECIDED_PAUSE).chain(() -> claim(mark, fingerprint, checks - 1))
                : Uni.createFrom().item(outcome));
    }

    private Uni<Outcome> claim(String mark, String fingerprint, Instant now) {
        return session.write(() -> Panache.getSession()
                .flatMap(open -> open.createMutationQuery(INSERT_MISSING)
                        .setParameter("mark", mark)
                        .setParameter("fingerprint", fingerprint)
                        .setParameter("claimedAt", now)
                        .executeUpdate())
                .flatMap(inserted -> inserted == 1
                        ? Uni.createFrom().item(new Outcome.Granted())
                        : rows.findById(mark, LockModeType.PESSIMISTIC_WRITE).map(row -> judge(row, fingerprint, now))));
    }

    private static Outcome judge(IdempotencyClaimEntity row, String fingerprint, Instant now) {
        boolean forgotten = row.claimedAt.isBefore(now.minus(KEPT));
        if (!forgotten && !row.fingerprint.equals(fingerprint)) {
            return new Outcome.OtherRequest();
        }
        if (!forgotten && row.exportId != null) {
            return new Outcome.Settled(new ExportId(row.exportId));
        }
        if (forgotten || row.claimedAt.isBefore(now.minus(ABANDONED))) {
            row.fingerprint = fingerprint;
            row.claimedAt = now;
            row.exportId = null;
            return new Outcome.Granted();
        }
        return new Outcome.Undecided();
    }

    /** Gives back a claim under which nothing was published, so that the next request with the key is the first again. */
    public Uni<Void> release(String mark) {
        return session.write(() -> rows.delete("mark = ?1 and exportId is null", mark).replaceWithVoid());
    }

    @ApplicationScoped
    static class Rows implements PanacheRepositoryBase<IdempotencyClaimEntity, String> {
    }
}
