/**
 * The two logs that hold the system together: requests (with the internal retries and the dead letters) and states. Records on
 * the wire, publishing, taking, reading, and the set-up of the topics. Kafka types stay in here.
 */
package io.snapshotexport.messaging;
