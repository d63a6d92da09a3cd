package io.snapshotexport.export;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * An export as it stands at one point of its history. Every change makes a new value whose place in the history is
 * ({@code attempt}, {@code sequence}); Pending is (0, 0).
 *
 * @param id         its identity
 * @param request    what was asked for
 * @param state      where it stands
 * @param attempt    which attempt says so, from 1; 0 while nobody has begun
 * @param sequence   the attempt's changes so far
 * @param updatedAt  when that was, to the microsecond; of a terminal state, when it ended
 * @param snapshotTs the point in time that the files show, to the microsecond; null until the snapshot is taken
 * @param progress   how far the attempt has got; null while Pending
 * @param failure    why it failed; null unless Failed
 */
public record Export(ExportId id, ExportRequest request, ExportState state, int attempt, long sequence, Instant updatedAt,
                     Instant snapshotTs, Progress progress, Failure failure) {

    public Export {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(updatedAt, "updatedAt");
        updatedAt = updatedAt.truncatedTo(ChronoUnit.MICROS);
        snapshotTs = snapshotTs == null ? null : snapshotTs.truncatedTo(ChronoUnit.MICROS);
        if ((state == ExportState.FAILED) != (failure != null)) {
            throw new IllegalArgumentException("an export has a failure if and only if it is Failed");
        }
        if ((state == ExportState.PENDING) == (progress != null)) {
            throw new IllegalArgumentException("an export has progress if and only if it is not Pending");
        }
    }

    /** The export as it begins: accepted at the moment that its id tells. */
    public static Export pending(ExportId id, ExportRequest request) {
        return new Export(id, request, ExportState.PENDING, 0, 0, id.createdAt(), null, null, null);
    }

    public Instant createdAt() {
        return id.createdAt();
    }

    /** A worker owns the given attempt and begins. What an earlier attempt had reached is void. */
    public Export started(int nextAttempt, Instant at) {
        if (nextAttempt <= attempt) {
            throw new IllegalArgumentException("attempt " + nextAttempt + " does not follow attempt " + attempt);
        }
        return new Export(id, request, ExportState.IN_PROGRESS, nextAttempt, 1, at, null, Progress.NONE, null);
    }

    /** @param takenAt the snapshot's time, or null while there is none */
    public Export progressed(Instant takenAt, Progress now, Instant at) {
        return next(ExportState.IN_PROGRESS, takenAt, now, null, at);
    }

    public Export completed(Instant takenAt, Progress now, Instant at) {
        return next(ExportState.COMPLETE, Objects.requireNonNull(takenAt), now, null, at);
    }

    public Export failed(Instant takenAt, Progress now, Failure why, Instant at) {
        return next(ExportState.FAILED, takenAt, now, Objects.requireNonNull(why), at);
    }

    private Export next(ExportState next, Instant takenAt, Progress now, Failure why, Instant at) {
        if (state != ExportState.IN_PROGRESS) {
            throw new IllegalStateException("export " + id + " is " + state.wireName() + " and cannot become " + next.wireName());
        }
        return new Export(id, request, next, attempt, sequence + 1, at, takenAt, now, why);
    }

    /** Whether this is more than progress: the beginning of an attempt, or the end. */
    public boolean changesState() {
        return sequence <= 1 || state.isTerminal();
    }

    /** Whether both say the same of one place in the history. */
    public boolean isSamePointAs(Export other) {
        return state == other.state && attempt == other.attempt && sequence == other.sequence;
    }

    /** Whether this value is later in the history than the other: a terminal state is final, an older attempt or sequence is late. */
    public boolean supersedes(Export other) {
        if (other.state.isTerminal()) {
            return false;
        }
        return attempt != other.attempt ? attempt > other.attempt : sequence > other.sequence;
    }
}
