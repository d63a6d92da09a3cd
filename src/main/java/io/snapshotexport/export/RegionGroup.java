package io.snapshotexport.export;

import java.util.List;

/**
 * A named place where databases live, such as {@code us-std}.
 *
 * @param name          the first segment of every database path in it
 * @param bucketRegions the S3 regions that a destination bucket may lie in; {@code *} at the end of an entry stands for anything
 */
public record RegionGroup(String name, List<String> bucketRegions) {

    public RegionGroup {
        bucketRegions = List.copyOf(bucketRegions);
        if (bucketRegions.isEmpty()) {
            throw new IllegalArgumentException("region group " + name + " allows no bucket region; name some, or * for all");
        }
    }

    /** Whether data of this group may be stored in a bucket of the given S3 region. */
    public boolean allowsBucketIn(String region) {
        return bucketRegions.stream().anyMatch(pattern -> pattern.endsWith("*")
                ? region.startsWith(pattern.substring(0, pattern.length() - 1))
                : region.equals(pattern));
    }
}
