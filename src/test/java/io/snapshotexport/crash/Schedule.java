package io.snapshotexport.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A storm, the same for the same seed: what goes wrong, with whom, for how long, one thing after another.
 *
 * @param steps in their order
 */
record Schedule(List<Step> steps) {

    /** What can go wrong: with a process, with the ways to it, or with what it answers. */
    enum Trouble {
        KILL, PAUSE, CUT, REFUSE, SILENCE, SLOW, S3_ERRORS, WRITES_REFUSED, DISK_FULL, DELAYED_RESTART
    }

    /**
     * One trouble.
     *
     * @param after   quiet time before it
     * @param victims one, or two at once; of ways, to which server they lead
     * @param length  how long it lasts
     */
    record Step(Duration after, Trouble trouble, List<String> victims, Duration length) {

        @Override
        public String toString() {
            return String.format("after %4d ms: %-15s %-22s for %5d ms", after.toMillis(), trouble, victims, length.toMillis());
        }
    }

    /** Nobody kills them: what their processes hold in the end has come through all of it. */
    static final List<String> SURVIVORS = List.of("api-2", "worker-3");
    private static final List<String> MORTALS =
            List.of("api-1", "worker-1", "worker-2", "worker-1", "worker-2", "broker", "store", "source", "s3");
    private static final List<String> PROCESSES = Stream.concat(MORTALS.stream(), SURVIVORS.stream()).toList();
    private static final List<String> SERVERS = List.of("kafka", "store", "source", "s3");
    /** Longer than the lease, and in every other case so long that the next attempt runs when the first one comes back. */
    private static final List<Duration> PAUSES = List.of(CrashSystem.LEASE.plusSeconds(1), CrashSystem.SILENCE.plusSeconds(4));

    /** @param length of the whole, restarts of servers not counted */
    static Schedule of(long seed, Duration length) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        List<Trouble> deck = new ArrayList<>();
        for (long millis = 0; millis < length.toMillis(); ) {
            if (deck.isEmpty()) {
                // Each comes before one comes twice: a short storm, too, knows them all.
                deck.addAll(List.of(Trouble.values()));
                Collections.shuffle(deck, random);
            }
            Step step = step(deck.remove(deck.size() - 1), random);
            steps.add(step);
            millis += step.after().plus(step.length()).toMillis();
        }
        return new Schedule(steps);
    }

    private static Step step(Trouble trouble, Random random) {
        Duration after = Duration.ofMillis(200 + random.nextInt(1_500));
        Duration length = Duration.ofMillis(500 + random.nextInt(3_000));
        return switch (trouble) {
            case KILL, DELAYED_RESTART -> new Step(after, trouble, some(MORTALS, random), length);
            case PAUSE -> new Step(after, trouble, some(PROCESSES, random), PAUSES.get(random.nextInt(PAUSES.size())));
            case CUT, REFUSE, SILENCE, SLOW -> new Step(after, trouble, some(SERVERS, random), length);
            case S3_ERRORS -> new Step(after, trouble, List.of("s3"), length);
            case WRITES_REFUSED, DISK_FULL -> new Step(after, trouble, List.of("broker"), length);
        };
    }

    /** One, or, every third time, two. */
    private static List<String> some(List<String> all, Random random) {
        String one = all.get(random.nextInt(all.size()));
        String other = all.get(random.nextInt(all.size()));
        return random.nextInt(3) > 0 || one.equals(other) ? List.of(one) : List.of(one, other);
    }
}
