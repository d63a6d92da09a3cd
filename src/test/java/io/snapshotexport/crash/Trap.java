package io.snapshotexport.crash;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A moment in the traffic that is waited for and then held: the first request that fits stands still, before the server has it or before
 * its sender has the answer, until the test lets it go on or drops it with its connection. Thread-safe.
 */
final class Trap {

    private final boolean answer;
    private final Predicate<Message> moment;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CompletableFuture<Message> sprung = new CompletableFuture<>();
    private final CompletableFuture<Boolean> goOn = new CompletableFuture<>();

    private Trap(boolean answer, Predicate<Message> moment) {
        this.answer = answer;
        this.moment = moment;
    }

    /** Holds a request that the server has not seen. */
    static Trap request(Predicate<Message> moment) {
        return new Trap(false, moment);
    }

    /** Holds the answer: the server has done what it was asked, its client does not know. */
    static Trap answer(Predicate<Message> moment) {
        return new Trap(true, moment);
    }

    boolean isForTheAnswer() {
        return answer;
    }

    /** Whether this request is the one, which it is once only. */
    boolean takes(Message message) {
        return !taken.get() && moment.test(message) && taken.compareAndSet(false, true);
    }

    /** The moment has come. @return whether what is held goes on; if not, its connection ends */
    boolean hold(Message message) {
        sprung.complete(message);
        return goOn.join();
    }

    /** Waits for the moment. @return the request, which tells who is caught */
    Message await(Duration patience) {
        try {
            return sprung.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the moment did not come within " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void letGo() {
        goOn.complete(true);
    }

    /** What is held never arrives, and nothing is caught any more. */
    void drop() {
        taken.set(true);
        goOn.complete(false);
    }
}
