package io.snapshotexport.api;

import io.snapshotexport.account.Caller;
import jakarta.enterprise.context.RequestScoped;

/** What the filters have found out about the request that is being answered. */
@RequestScoped
class CurrentRequest {

    private String id = "none";
    private String address = "unknown";
    private Caller caller;

    /** The id that stands in the answer and in the log. */
    String id() {
        return id;
    }

    void id(String newId) {
        id = newId;
    }

    /** Where it came from. */
    String address() {
        return address;
    }

    /** @param newAddress null where the connection has none */
    void address(String newAddress) {
        address = newAddress == null ? "unknown" : newAddress;
    }

    /** Who asks; present below {@code /v2}. */
    Caller caller() {
        return caller;
    }

    void caller(Caller newCaller) {
        caller = newCaller;
    }
}
