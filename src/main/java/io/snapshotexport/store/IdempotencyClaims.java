package io.snapshotexport.store;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.messaging.ProjectorLag;
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
    /** How long whoever holds a claim may begin to publish. */
    private static final Duration LASTS = Duration.ofSeconds(5);
    /** After this a claim without an export was left by a process that died: what was begun in time is published within 10 s more. */
    static final Duration ABANDONED = Duration.ofSeconds(15);

    private static final Duration UNDECIDED_PAUSE = Duration.ofMillis(100);
    private static final Duration UNDECIDED_PATIENCE = Duration.ofSeconds(8);

    private static final String INSERT_MISSING = """
            insert into IdempotencyClaimEntity (mark, fingerprint, claimedAt) values (:mark, :fingerprint, :claimedAt)
            on conflict (mark) do nothing""";

    private final Rows rows;
    private final StoreSession session;
    private final ProjectorLag lag;

    @Inject
    IdempotencyClaims(Rows rows, StoreSession session, ProjectorLag lag) {
        this.rows = rows;
        this.session = session;
        this.lag = lag;
    }

    /** What became of a claim. */
    public sealed interface Outcome {
        /**
         * It is the first: publish while the claim {@linkplain #lasts lasts}, then settle.
         *
         * @param mark       what the record has to carry
         * @param at         by the store's clock
         * @param sinceNanos by the clock of {@link System#nanoTime}, before the claim was written
         */
        record Granted(String mark, Instant at, long sinceNanos) implements Outcome {

            /** Whether there is time to publish. Afterwards, because this process stood still, another may have taken the claim over. */
            public boolean lasts() {
                return System.nanoTime() - sinceNanos < LASTS.toNanos();
            }
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

    /** The process of the first request has died; whether it had published is not known yet. */
    private record Abandoned() implements Outcome {
    }

    /**
     * Claims a key; waits some seconds for a first request that is still on its way to the log.
     *
     * @param mark        a hash of account and key
     * @param fingerprint a hash of the request
     */
    public Uni<Outcome> claim(String mark, String fingerprint) {
        return claim(mark, fingerprint, System.nanoTime() + UNDECIDED_PATIENCE.toNanos());
    }

    private Uni<Outcome> claim(String mark, String fingerprint, long untilNanos) {
        return claim(mark, fingerprint, false).flatMap(outcome -> {
            if (outcome instanceof Abandoned) {
                return lag.endOfRequests().emitOn(StoreSession.here()).flatMap(end -> takeOver(mark, fingerprint, end, untilNanos));
            }
            return outcome instanceof Outcome.Undecided && untilNanos - System.nanoTime() > 0
                    ? session.pause(UNDECIDED_PAUSE).chain(() -> claim(mark, fingerprint, untilNanos))
                    : Uni.createFrom().item(outcome);
        });
    }

    /** By the store's clock, which is the same for all: of two API processes, the one whose clock is ahead must not take the other for dead. */
    private static Uni<Instant> now() {
        return Panache.getSession().flatMap(open -> open.createQuery("select instant", Instant.class).getSingleResult());
    }

    /** A process that died may have published: only who has read the log to its end knows that it has not. */
    private Uni<Outcome> takeOver(String mark, String fingerprint, long end, long untilNanos) {
        return lag.hasRequestsBefore(end).emitOn(StoreSession.here()).flatMap(unpublished -> {
            if (unpublished) {
                return claim(mark, fingerprint, true);
            }
            return untilNanos - System.nanoTime() > 0
                    ? session.pause(UNDECIDED_PAUSE).chain(() -> takeOver(mark, fingerprint, end, untilNanos))
                    : Uni.createFrom().item(new Outcome.Undecided());
        });
    }

    private Uni<Outcome> claim(String mark, String fingerprint, boolean unpublished) {
        long sinceNanos = System.nanoTime();
        return session.write(() -> now().flatMap(now -> claim(new Outcome.Granted(mark, now, sinceNanos), fingerprint, unpublished)));
    }

    private Uni<Outcome> claim(Outcome.Granted grant, String fingerprint, boolean unpublished) {
        return Panache.getSession()
                .flatMap(open -> open.createMutationQuery(INSERT_MISSING)
                        .setParameter("mark", grant.mark())
                        .setParameter("fingerprint", fingerprint)
                        .setParameter("claimedAt", grant.at())
                        .executeUpdate())
                .flatMap(inserted -> inserted == 1
                        ? Uni.createFrom().item(grant)
                        : rows.findById(grant.mark(), LockModeType.PESSIMISTIC_WRITE)
                                // Given back since: whoever asks again finds it free.
                                .map(row -> row == null ? new Outcome.Undecided() : judge(row, fingerprint, unpublished, grant)));
    }

    /** @param unpublished whether the store knew of every request in the log some moments ago, later than any first request could publish */
    private static Outcome judge(IdempotencyClaimEntity row, String fingerprint, boolean unpublished, Outcome.Granted grant) {
        Instant now = grant.at();
        boolean forgotten = row.claimedAt.isBefore(now.minus(KEPT));
        if (!forgotten && !row.fingerprint.equals(fingerprint)) {
            return new Outcome.OtherRequest();
        }
        if (!forgotten && row.exportId != null) {
            return new Outcome.Settled(new ExportId(row.exportId));
        }
        if (!row.claimedAt.isBefore(now.minus(ABANDONED))) {
            return new Outcome.Undecided();
        }
        if (!forgotten && !unpublished) {
            return new Abandoned();
        }
        row.fingerprint = fingerprint;
        row.claimedAt = now;
        row.exportId = null;
        return grant;
    }

    /** Gives back a claim under which nothing was published, so that the next request with the key is the first again; unless another has it now. */
    public Uni<Void> release(Outcome.Granted claim) {
        return session.write(() -> rows.delete("mark = ?1 and exportId is null and claimedAt = ?2", claim.mark(), claim.at()).replaceWithVoid());
    }

    /** Deletes what nobody needs to remember any more. @return how many claims that were */
    public Uni<Long> forget() {
        return session.write(() -> now().flatMap(now -> rows.delete("claimedAt < ?1", now.minus(KEPT))));
    }

    @ApplicationScoped
    static class Rows implements PanacheRepositoryBase<IdempotencyClaimEntity, String> {
    }
}
