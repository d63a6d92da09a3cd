package io.snapshotexport.account;

import java.time.Duration;

/** What came of an attempt to tell who asks. */
public sealed interface Authentication {

    record Known(Caller caller) implements Authentication {
    }

    /** A missing, malformed, unknown, expired or revoked key: all the same to whoever tries them. */
    record Unknown() implements Authentication {
    }

    /** Nothing was looked at: the address has failed too often. */
    record TooManyFailures(Duration retryAfter) implements Authentication {
    }
}
