/** How fast an export is, beside what the machine can do. No part of the tests: {@code ./mvnw -Pbench verify}; see deploy/BENCHMARK.md. */
package io.snapshotexport.bench;
