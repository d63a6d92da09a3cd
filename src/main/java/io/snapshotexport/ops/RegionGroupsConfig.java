package io.snapshotexport.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.RegionGroups;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/** The region groups, by name. What a group's source is stands under the source's own configuration, by the same name. */
@ConfigMapping(prefix = "snapshot-export.region-groups")
interface RegionGroupsConfig {

    @WithParentName
    Map<String, Group> byName();

    /** One region group. */
    interface Group {

        /** The S3 regions that a bucket may lie in; {@code *} at the end of an entry stands for anything. */
        List<String> bucketRegions();
    }

    /** Hands the configuration to the domain. */
    @Singleton
    class Producer {

        @Produces
        @Singleton
        RegionGroups regionGroups(RegionGroupsConfig config) {
            return new RegionGroups(config.byName().entrySet().stream()
                    .map(group -> new RegionGroup(group.getKey(), group.getValue().bucketRegions()))
                    .toList());
        }
    }
}
