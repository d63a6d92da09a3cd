package io.snapshotexport.worker;

import io.snapshotexport.export.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The attempts that this process runs, and what all of them have written since it started, those that came to nothing included. It reads
 * the tallies that the heartbeat reads, so that counting costs the lanes nothing. Thread-safe.
 */
@ApplicationScoped
public class RunningAttempts {

    private final int slots;
    private final Set<Tally> running = Collections.newSetFromMap(new IdentityHashMap<>());
    private long endedDocuments;
    private long endedBytes;
    private long endedFiles;

    @Inject
    RunningAttempts(WorkerConfig config) {
        this(config.slots());
    }

    RunningAttempts(int slots) {
        this.slots = slots;
    }

    synchronized void begun(Tally tally) {
        running.add(tally);
    }

    /** @param tally of an attempt none of whose lanes writes any more */
    synchronized void ended(Tally tally) {
        running.remove(tally);
        Progress last = tally.progress();
        endedDocuments += last.documents();
        endedBytes += last.bytes();
        endedFiles += last.files();
    }

    /** How many may run side by side. */
    public int slots() {
        return slots;
    }

    /** How many run. */
    public synchronized int count() {
        return running.size();
    }

    public synchronized long documents() {
        return endedDocuments + sum(Progress::documents);
    }

    /** Bytes of collection files, before compression. */
    public synchronized long bytes() {
        return endedBytes + sum(Progress::bytes);
    }

    /** Collection files, begun or done. */
    public synchronized long files() {
        return endedFiles + sum(Progress::files);
    }

    private long sum(ToLongFunction<Progress> count) {
        return running.stream().map(Tally::progress).mapToLong(count).sum();
    }
}
