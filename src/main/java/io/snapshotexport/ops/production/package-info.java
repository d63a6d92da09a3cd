/**
 * What must not be so where data counts. With {@code snapshot-export.production} on, a process refuses to start with an unsafe setting, and
 * says which, unless it is told by name to ignore it. In the manner of Apache Polaris' production readiness checks.
 * {@code deploy/PRODUCTION.md} lists them.
 */
package io.snapshotexport.ops.production;
