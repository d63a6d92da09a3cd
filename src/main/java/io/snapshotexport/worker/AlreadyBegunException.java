package io.snapshotexport.worker;

/** Kafka has handed out again what was accepted before. */
final class AlreadyBegunException extends RuntimeException {

    AlreadyBegunException() {
        super("this attempt, or a later one, has been begun before");
    }
}
