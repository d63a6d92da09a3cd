package io.snapshotexport.store;

/**
 * What has not ended, in all accounts.
 *
 * @param pending          exports that no worker has begun
 * @param inProgress       exports that one has begun
 * @param waiting          exports whose next attempt no worker has begun: the Pending ones, and those that were handed out again
 * @param oldestAgeSeconds how long the oldest of the waiting has waited, by the store's clock: since it was accepted, or since the last
 *                         report of the attempt before; 0 if none waits
 */
public record Backlog(long pending, long inProgress, long waiting, double oldestAgeSeconds) {
}
