package io.snapshotexport.s3;

import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;

/** The connections of all S3 clients of a process, and the threads that serve them. Thread-safe. */
final class S3Connections implements AutoCloseable {

    /**
     * The SDK has a handler in every connection that turns each buffer into a hexadecimal dump if its logger takes DEBUG. That is five
     * characters for each byte sent, on the heap, with the user's documents in them, and it has brought down workers with much more heap
     * than they need. So DEBUG for everything does not mean this one: whoever wants it names it. Held here, because loggers may be held
     * weakly elsewhere.
     */
    private static final Logger WIRE_DUMP = Logger.getLogger("io.netty.handler.logging.LoggingHandler");
    /** Long enough for closed connections to be taken off the books; the SDK's own threads would wait for two seconds. */
    private static final int QUIET_MILLIS = 100;
    private static final int SHUTDOWN_MILLIS = 10_000;

    private final EventLoopGroup threads;
    private final SdkAsyncHttpClient client;

    S3Connections(S3Config config) {
        keepDocumentsOutOfTheLog();
        SdkEventLoopGroup group = SdkEventLoopGroup.builder().build();
        threads = group.eventLoopGroup();
        client = NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(group)
                .maxConcurrency(config.maxConnections())
                .maxPendingConnectionAcquires(Integer.MAX_VALUE) // bounded by the writers, each of which waits for its own buffers
                .connectionAcquisitionTimeout(config.attemptTimeout())
                .readTimeout(config.attemptTimeout())
                .writeTimeout(config.attemptTimeout())
                .build();
    }

    private static void keepDocumentsOutOfTheLog() {
        if (WIRE_DUMP.getLevel() == null) {
            WIRE_DUMP.setLevel(Level.INFO);
        }
    }

    SdkAsyncHttpClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        threads.shutdownGracefully(QUIET_MILLIS, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
    }
}
