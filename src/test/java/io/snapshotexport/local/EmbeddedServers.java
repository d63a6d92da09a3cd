package io.snapshotexport.local;

import io.snapshotexport.embedded.Aside;
import io.snapshotexport.embedded.KafkaBroker;
import io.snapshotexport.embedded.PostgresServer;
import io.snapshotexport.embedded.S3ProxyServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * The three servers that the service needs, all real, on loopback and free ports.
 *
 * @param postgres holds the store and the source
 * @param kafka    the queue and the history
 * @param s3       with one bucket, {@value #BUCKET}
 */
public record EmbeddedServers(PostgresServer postgres, KafkaBroker kafka, S3ProxyServer s3) implements AutoCloseable {

    public static final String BUCKET = "exports";
    public static final String STORE_DATABASE = "snapshot_export";

    /** Starts them side by side; when one does not start, none stays. */
    public static EmbeddedServers start(DataDirectory directory) {
        var kafka = Aside.supply(() -> KafkaBroker.start(directory.kafka()));
        var postgres = Aside.supply(() -> PostgresServer.start(directory.postgres()));
        var s3 = Aside.supply(() -> S3ProxyServer.start(directory.s3()));
        try {
            CompletableFuture.allOf(kafka, postgres, s3).join();
        } catch (CompletionException e) {
            Stream.of(kafka, postgres, s3).filter(server -> !server.isCompletedExceptionally()).forEach(server -> close(server.join()));
            throw e.getCause() instanceof RuntimeException why ? why : e;
        }
        postgres.join().createDatabase(STORE_DATABASE);
        s3.join().createBucket(BUCKET);
        return new EmbeddedServers(postgres.join(), kafka.join(), s3.join());
    }

    private static void close(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            kafka.close();
        } finally {
            try {
                s3.close();
            } finally {
                postgres.close();
            }
        }
    }
}
