package io.snapshotexport.export;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The region groups that are configured. */
public final class RegionGroups {

    private final Map<String, RegionGroup> byName = new TreeMap<>();

    public RegionGroups(Collection<RegionGroup> groups) {
        groups.forEach(group -> byName.put(group.name(), group));
    }

    /**
     * The region group of the database.
     *
     * @throws InvalidValueException if it is not configured; the message lists those that are
     */
    public RegionGroup of(DatabasePath database) {
        RegionGroup group = byName.get(database.regionGroup());
        if (group == null) {
            String full = byName.keySet().stream()
                    .filter(name -> name.startsWith(database.regionGroup() + "-"))
                    .findFirst()
                    .map(name -> "write the full form: `" + name + "/" + String.join("/", database.names()) + "`")
                    .orElseGet(() -> "use one of " + byName.keySet().stream().collect(Collectors.joining("`, `", "`", "`")));
            throw new InvalidValueException("database", "`database` is " + InvalidValueException.shown(database.toString())
                    + ", but there is no region group " + InvalidValueException.shown(database.regionGroup()) + "; " + full + ".");
        }
        return group;
    }
}
