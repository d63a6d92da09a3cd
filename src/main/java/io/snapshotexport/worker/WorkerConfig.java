package io.snapshotexport.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How a worker works. */
@ConfigMapping(prefix = "snapshot-export.worker")
interface WorkerConfig {

    /** Exports that run side by side in this process. */
    @WithDefault("2")
    int slots();

    /** Lanes of one export, at most 100: each has a connection to the source and upload buffers. The number of processors if absent. */
    OptionalInt lanes();

    /** What a lane, or a lane's range of a collection, is worth: no smaller ones are cut. In bytes of the source. */
    @WithDefault("4194304")
    long smallestRange();

    /** A new collection file is begun once this many bytes have been written. */
    @WithDefault("134217728")
    long rollSize();

    /** How often a running export reports its progress, which renews its lease. */
    @WithDefault("3s")
    Duration heartbeat();

    /** How long after its last acknowledged report a worker may still write to the bucket. Several heartbeats. */
    @WithDefault("30s")
    Duration lease();

    /** How often an export is tried before it fails for causes that might have passed. */
    @WithDefault("5")
    int attempts();

    /** How long running exports may go on when the process is asked to stop; what is not done then is handed on. */
    @WithDefault("10s")
    Duration grace();

    /** The wait before the second attempt; doubled for each further one, up to a minute. */
    @WithDefault("1s")
    Duration backOff();
}
