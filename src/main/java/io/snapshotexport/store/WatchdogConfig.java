package io.snapshotexport.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When exports are taken for abandoned. */
@ConfigMapping(prefix = "snapshot-export.watchdog")
interface WatchdogConfig {

    /** How long an export may be silent before it is handed out again: the workers' lease, and some grace. */
    @WithDefault("60s")
    Duration silence();

    /** How often the watchdog looks. */
    @WithDefault("5s")
    Duration checkEvery();

    /** After how many attempts a silent export fails; the same as the workers'. */
    @WithDefault("5")
    int attempts();
}
