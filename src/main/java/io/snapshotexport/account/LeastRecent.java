package io.snapshotexport.account;

import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers so many things and forgets those first that were not asked for the longest. Not thread-safe. */
public final class LeastRecent<K, V> extends LinkedHashMap<K, V> {

    private final int most;

    public LeastRecent(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
