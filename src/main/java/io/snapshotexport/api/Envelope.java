package io.snapshotexport.api;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** {@code {"response": ...}}: the body of every success. */
@RegisterForReflection
record Envelope<T>(T response) {
}
