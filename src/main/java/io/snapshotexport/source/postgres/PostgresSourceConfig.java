package io.snapshotexport.source.postgres;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import io.snapshotexport.format.StoredDocuments;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The PostgreSQL server of each region group, by the region group's name. */
@ConfigMapping(prefix = "snapshot-export.postgresql")
public interface PostgresSourceConfig {

    @WithParentName
    Map<String, Server> regionGroups();

    /** One server. */
    interface Server {

        /**
         * The JDBC URL without a database: {@code jdbc:postgresql://host:5432}. Parameters of the driver may follow after a
         * {@code ?}, such as {@code sslmode=verify-full}. It must always lead to the same server, because a snapshot can only be
         * read on the server that took it.
         */
        String url();

        /** A role that may connect to every database and read every table that is to be exported. */
        Optional<String> username();

        Optional<String> password();

        /** How long opening a connection may take. */
        @WithDefault("PT10S")
        Duration connectTimeout();

        /** How long to wait for a table that somebody else has locked, before the attempt fails and is made again. */
        @WithDefault("PT10S")
        Duration lockTimeout();

        /** How long the server may be silent, for instance while it sorts a large table, before the connection is given up. */
        @WithDefault("PT30M")
        Duration silenceTimeout();

        /** How the column {@code data} of its tables of documents holds them. */
        @WithDefault("plain")
        StoredDocuments documents();

        /** Connections that one worker holds at the same time, over all of its exports; at least two. */
        @WithDefault("32")
        int connections();
    }
}
