/** Running the service: what is configured, and whether the process is ready. */
package io.snapshotexport.ops;
