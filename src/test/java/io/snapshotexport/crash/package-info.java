/** Whole outages, rehearsed with the real processes: what dies, in which moment, and what the world looks like afterwards. */
package io.snapshotexport.crash;
