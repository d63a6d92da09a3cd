package io.snapshotexport.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is told of lanes. */
final class ToldAttempts implements AttemptListener {

    private final List<Boolean> lanes = new CopyOnWriteArrayList<>();

    /** Of each lane, whether it was complete. */
    List<Boolean> lanes() {
        return lanes;
    }

    @Override
    public void laneEnded(boolean complete, Duration took) {
        lanes.add(complete);
    }

    @Override
    public void started(int attempt, Duration sinceAccepted) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reported(boolean acknowledged) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void ended(AttemptOutcome outcome, Duration took) {
        throw new UnsupportedOperationException();
    }
}
