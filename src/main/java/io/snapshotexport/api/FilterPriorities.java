package io.snapshotexport.api;

/** The order in which filters see a request. */
final class FilterPriorities {

    static final int REQUEST_ID = 100;
    static final int ROLE = 200;
    static final int AUTHENTICATION = 300;
    static final int REQUEST_RATE = 400;

    private FilterPriorities() {
    }
}
