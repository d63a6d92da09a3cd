package io.snapshotexport.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;

/** What accounts may do. */
@ConfigMapping(prefix = "snapshot-export.account")
public interface AccountConfig {

    /** See {@link KeyHash}. */
    String keyPepper();

    /** The plans that exports need one of. The first is what an account gets that is made without a plan. */
    @WithDefault("enterprise")
    List<String> exportPlans();

    /** Requests that one account may make in a second, on average, in each API process. */
    @WithDefault("50")
    int requestsPerSecond();

    /** Requests that may come at once from an account that was quiet before. */
    @WithDefault("100")
    int requestBurst();

    /** Exports of one account that may be Pending or InProgress at a time. */
    @WithDefault("100")
    int unfinishedExports();

    /** Requests without a valid key that one address may make in a minute, in each API process; as many may come at once. */
    @WithDefault("60")
    int failedAuthenticationsPerMinute();
}
