package io.snapshotexport.bench;

import io.snapshotexport.embedded.PostgresServer;

/** The benchmark's tables for others that measure, small. */
public final class BenchTables {

    private static final long SHOP = 50_000;
    private static final long WIDE = 2_000;

    private BenchTables() {
    }

    public static void make(PostgresServer server, String database) {
        new BenchDatabase(server, database, "wide").grownTo(WIDE);
        new BenchDatabase(server, database, "shop").grownTo(SHOP);
    }
}
