package io.snapshotexport.messaging;

/**
 * Where the record lies that hands out an attempt.
 *
 * @param retries   in the topic of the retries rather than of the requests
 * @param partition the partition there
 * @param offset    the offset in it
 */
public record QueuePlace(boolean retries, int partition, long offset) {
}
