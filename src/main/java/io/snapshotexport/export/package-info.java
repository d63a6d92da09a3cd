/**
 * The domain: what an export is, which states it passes through, and what a valid request looks like. Plain Java; nothing
 * here knows HTTP, Kafka, SQL or S3, and a value that exists is valid.
 */
package io.snapshotexport.export;
