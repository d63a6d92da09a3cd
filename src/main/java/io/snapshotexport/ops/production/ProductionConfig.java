package io.snapshotexport.ops.production;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.Optional;
import java.util.Set;

/** Whether this is production. Quarkus' own profile does not tell: tests and the local mode run the same artifact. */
@ConfigMapping(prefix = "snapshot-export.production")
interface ProductionConfig {

    /** Whether unsafe settings are looked for. */
    @WithParentName
    @WithDefault("false")
    boolean on();

    /** The names of checks whose findings are accepted. */
    Optional<Set<String>> ignore();
}
