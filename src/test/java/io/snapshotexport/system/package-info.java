/** The service as a whole, on real Kafka, PostgreSQL and S3, driven the way its users drive it. */
package io.snapshotexport.system;
