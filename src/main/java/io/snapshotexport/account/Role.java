package io.snapshotexport.account;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

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

    /** Whether the key may see, make and revoke the account's keys. */
    public boolean mayManageKeys() {
        return this == OWNER || this == ADMIN;
    }

    /** Whether the key may make and revoke keys of the other role: an admin is no way to become an owner. */
    public boolean mayManage(Role other) {
        return this == OWNER || this == ADMIN && other != OWNER;
    }

    /** As messages list them. */
    public static String wireNames() {
        return Arrays.stream(values()).map(role -> "`" + role.wireName + "`").collect(Collectors.joining(", "));
    }

    public static Optional<Role> ofWireName(String name) {
        return Arrays.stream(values()).filter(role -> role.wireName.equals(name)).findFirst();
    }
}
