package io.snapshotexport.ops.production;

import java.util.List;

/** Looks at the configuration, before anything is begun. */
interface SettingsCheck extends ProductionCheck {

    /** Sentences that name setting, value and remedy, and never a secret; none if all is well. */
    List<String> findings();
}
