package io.snapshotexport.account;

import java.util.Arrays;
import java.util.Optional;

/** What an account key may do. */
public enum Role {
    OWNER("owner", true),
    ADMIN("admin", true),
    DEVELOPER("developer", true),
    VIEWER("viewer", false);

    private final String wireName;
    private final boolean mayExport;

    Role(String wireName, boolean mayExport) {
        this.wireName = wireName;
        this.mayExport = mayExport;
    }

    public String wireName() {
        return wireName;
    }

    /** Whether the key may create exports; every role may read them. */
    public boolean mayExport() {
        return mayExport;
    }

    public static Optional<Role> ofWireName(String name) {
        return Arrays.stream(values()).filter(role -> role.wireName.equals(name)).findFirst();
    }
}
