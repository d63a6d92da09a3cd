package io.snapshotexport.api;

import java.time.Duration;

/** Who wants to know of the requests that are answered. Told on the event loop: it answers at once. */
@FunctionalInterface
public interface RequestListener {

    /**
     * A request is over.
     *
     * @param method one of a few, or {@code other}: clients may send any word
     * @param route  as the API's document writes it, such as {@code /v2/exports/{id}}, or {@code other} for an address that is none of its
     * @param status of the answer; 0 if the client broke off before it had one
     * @param took   from the head of the request to the end of the answer
     */
    void answered(String method, String route, int status, Duration took);
}
