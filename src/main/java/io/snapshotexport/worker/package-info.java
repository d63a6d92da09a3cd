/**
 * Runs exports: takes requests, opens a snapshot, reads it in lanes, writes files and then the manifest, keeps the lease and
 * reports. A worker knows Kafka, the source and S3; it never sees the store.
 */
package io.snapshotexport.worker;
