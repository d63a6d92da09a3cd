package io.snapshotexport.messaging;

import io.snapshotexport.telemetry.Spans;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** An intake that finds no memory at first. */
@Alternative
@Dependent
public class IntakeWithoutMemory extends RequestIntake {

    public static final AtomicInteger ERRORS_LEFT = new AtomicInteger(2);

    @Inject
    IntakeWithoutMemory(KafkaClients clients, DeadLetters deadLetters, Spans spans) {
        super(clients, deadLetters, spans);
    }

    @Override
    public Optional<TakenRequest> take(Duration patience) {
        if (ERRORS_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("none left for the intake");
        }
        return super.take(patience);
    }
}
